/**
 * The {@code leash} command. It shows the program that it runs the world as the caller of {@code leash} had it: {@link
 * dev.leash.cli.caller.CallerContext} undoes what the shell and the JVM have changed on the way here.
 */
@NullMarked
package dev.leash.cli;

import org.jspecify.annotations.NullMarked;
