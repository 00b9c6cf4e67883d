/**
 * One run, from its programs to its result: what any thread may ask of it, what ends it, the steps of its stop plan,
 * the search for its members, the sweep of what its programs leave behind, and its streams. A run is owned
 * serially: one thread at a time acts on it. Usually that is the thread of its loop, which is the engine's, or one that
 * waits for the run, with a loop of its own; for a stop or a signal it is the thread that asks for it.
 */
@NullMarked
package dev.leash.internal.run;

import org.jspecify.annotations.NullMarked;
