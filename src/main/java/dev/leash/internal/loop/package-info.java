/**
 * The event loop: descriptors and time, nothing about processes. One thread polls, dispatches readiness, fires timers and
 * runs what other threads hand over; whatever it touches needs no lock. That is a thread of its own, or one that waits for
 * something on the loop; a test can step it without either.
 */
@NullMarked
package dev.leash.internal.loop;

import org.jspecify.annotations.NullMarked;
