/**
 * {@code leash up}: the files that say which services to run, and their run. All text of a file that goes to the
 * operating system is {@link dev.leash.cli.io.RawText}.
 */
@NullMarked
package dev.leash.cli.up;

import org.jspecify.annotations.NullMarked;
