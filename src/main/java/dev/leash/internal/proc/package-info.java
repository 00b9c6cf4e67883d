/**
 * Readers of /proc; see proc(5). What they read is a hint about the moment: a pid may belong to another process by
 * the time it is used.
 */
@NullMarked
package dev.leash.internal.proc;

import org.jspecify.annotations.NullMarked;
