/** What is made of the measurements: a table, charts, and JMH's form. */
package dev.leash.benchmarks.report;
