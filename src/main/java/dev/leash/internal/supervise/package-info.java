/**
 * A run from its start to its result: the state machine of a child, the sequence that stops it, the sweep of what it left
 * behind, and the engine that owns them all. Of each run one thread is the master: that of the engine's loop, or the thread
 * that waits for the run, with a loop of its own. Signals, times and causes are numbers and plain enums here; the public
 * package gives them their names.
 */
@NullMarked
package dev.leash.internal.supervise;

import org.jspecify.annotations.NullMarked;
