/** The process in which a contender works, and what it is asked to do there. */
package dev.leash.benchmarks.worker;
