/**
 * The event loop: descriptors and time, nothing about processes. One thread polls, dispatches readiness, fires timers
 * and runs the tasks of other threads; any thread may register and schedule. What belongs to one run is used by one
 * thread at a time, which takes it and is never waited for. The loop's thread is its own, or one that waits for an
 * event on the loop; a test can step the loop without either.
 */
@NullMarked
package dev.leash.internal.loop;

import org.jspecify.annotations.NullMarked;
