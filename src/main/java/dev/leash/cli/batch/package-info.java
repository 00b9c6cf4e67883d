/** {@code leash batch}. */
@NullMarked
package dev.leash.cli.batch;

import org.jspecify.annotations.NullMarked;
