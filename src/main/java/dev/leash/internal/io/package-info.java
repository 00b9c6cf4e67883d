/**
 * The bytes that go into a child and come out of it. A pump on the loop's thread reads a pipe into a sink: a capture, a
 * handler, or a flow to one other thread, which asks for chunks and thereby makes the loop read. What nobody asks for stays
 * in the pipe. Input takes the other way: chunks are handed to the loop, a few at a time, and written when the child reads.
 */
@NullMarked
package dev.leash.internal.io;

import org.jspecify.annotations.NullMarked;
