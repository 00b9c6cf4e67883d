/** What services tell of their state, see sd_notify(3): the socket, its messages and who may send them. */
@NullMarked
package dev.leash.internal.notify;

import org.jspecify.annotations.NullMarked;
