/**
 * The {@code leash} command. The program that it runs gets the environment, descriptors and signals of the caller of
 * {@code leash}: {@link dev.leash.cli.caller.CallerContext} undoes what the shell and the JVM have changed.
 */
@NullMarked
package dev.leash.cli;

import org.jspecify.annotations.NullMarked;
