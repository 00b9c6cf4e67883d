/** {@code leash run}. */
@NullMarked
package dev.leash.cli.run;

import org.jspecify.annotations.NullMarked;
