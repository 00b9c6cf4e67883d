/**
 * Leash beside what a user would pick instead, and beside the physical floor.
 *
 * <p>Why not JMH for everything: ratios on a shared machine hold only if both sides are measured alternately, and within
 * a fraction of a second; JMH runs one contender's fork after the other's. And half of the contenders (C, Rust, Python) are
 * no JVM's. So each contender works in a process of its own, warm and waiting, and gets its short slice of time in turn
 * ({@link dev.leash.benchmarks.Bench}). What needs no neighbour is measured by JMH itself: allocation and the bindings. All
 * results are written by JMH's own writer, in its form.
 */
package dev.leash.benchmarks;
