/**
 * The event loop: descriptors and time, nothing about processes. One thread polls, dispatches readiness, fires timers
 * and runs the tasks of other threads; data of this thread needs no lock. It is a thread of the loop's own, or one
 * that waits for an event on the loop; a test can step the loop without either.
 */
@NullMarked
package dev.leash.internal.loop;

import org.jspecify.annotations.NullMarked;
