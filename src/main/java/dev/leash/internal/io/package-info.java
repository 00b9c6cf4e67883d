/**
 * The input and output of a child. A pump on the loop's thread reads a pipe into a sink: a capture, a handler, or a
 * queue to one other thread, which asks for chunks and thereby makes the loop read. The rest stays in the pipe. Input
 * takes the opposite way: chunks are handed to the loop, a few at a time, and written when the child reads.
 */
@NullMarked
package dev.leash.internal.io;

import org.jspecify.annotations.NullMarked;
