/**
 * {@code leash export}: the services of a file for another supervisor. All text of a file that goes into a unit is
 * {@link dev.leash.cli.io.RawText}.
 */
@NullMarked
package dev.leash.cli.export;

import org.jspecify.annotations.NullMarked;
