/**
 * A run from its start to its result: the state machine of a child, the sequence that stops it, the sweep of what it left
 * behind, and the engine that owns them all. Signals, times and causes are numbers and plain enums here; the public
 * package gives them their names.
 */
@NullMarked
package dev.leash.internal.supervise;

import org.jspecify.annotations.NullMarked;
