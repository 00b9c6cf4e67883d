/** {@code leash bench}. */
@NullMarked
package dev.leash.cli.bench;

import org.jspecify.annotations.NullMarked;
