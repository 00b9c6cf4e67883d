/** What the library shares with the command, and with no other client. */
@NullMarked
package dev.leash.internal.access;

import org.jspecify.annotations.NullMarked;
