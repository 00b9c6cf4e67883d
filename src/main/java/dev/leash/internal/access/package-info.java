/** What the command may do that no user of the library can. */
@NullMarked
package dev.leash.internal.access;

import org.jspecify.annotations.NullMarked;
