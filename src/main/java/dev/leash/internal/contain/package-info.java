/** Which processes belong to a run, and how all of them are signalled without ever touching another. */
@NullMarked
package dev.leash.internal.contain;

import org.jspecify.annotations.NullMarked;
