/**
 * One run, from its programs to its result: what any thread may ask of it, what ends it, the steps of its stop plan,
 * the search for its members, the sweep of what its programs leave behind, and its streams. One thread at a time drives
 * a run: that of the engine's loop, or the thread that waits for the run, with a loop of its own.
 */
@NullMarked
package dev.leash.internal.run;

import org.jspecify.annotations.NullMarked;
