/**
 * The event loop: descriptors and time, nothing about processes. One thread polls, dispatches readiness, fires timers and
 * runs what other threads hand over; whatever it touches needs no lock. It can be stepped by a test without its thread.
 */
@NullMarked
package dev.leash.internal.loop;

import org.jspecify.annotations.NullMarked;
