/** {@code leash timeout}, which behaves as timeout(1) of the GNU coreutils. */
@NullMarked
package dev.leash.cli.timeout;

import org.jspecify.annotations.NullMarked;
