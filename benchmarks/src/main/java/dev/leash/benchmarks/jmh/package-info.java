/** What JMH measures itself. */
package dev.leash.benchmarks.jmh;
