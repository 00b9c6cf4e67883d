/** What is measured, an item a class. */
package dev.leash.benchmarks.item;
