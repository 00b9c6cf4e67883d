/** Parses command lines and the values in them. */
@NullMarked
package dev.leash.cli.options;

import org.jspecify.annotations.NullMarked;
