/** Taking command lines apart, and the values on them. */
@NullMarked
package dev.leash.cli.options;

import org.jspecify.annotations.NullMarked;
