/** The libraries side by side: one adapter each, so that every work is written once. */
package dev.leash.benchmarks.contender;
