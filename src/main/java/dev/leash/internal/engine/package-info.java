/**
 * The engine: it owns a loop and the runs on it, lets threads drive runs of their own, and makes sure that each start
 * has an owner, whatever the starting thread throws.
 */
@NullMarked
package dev.leash.internal.engine;

import org.jspecify.annotations.NullMarked;
