/**
 * Starting the programs of a run on the calling thread: their pipes and files, the hooks that run between fork and exec
 * while the child waits at a fifo, and the undo of a start that fails.
 */
@NullMarked
package dev.leash.internal.start;

import org.jspecify.annotations.NullMarked;
