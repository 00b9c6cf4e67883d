/**
 * The context of the command's caller: arguments, descriptors and signals, as they were before the JVM changed them.
 */
@NullMarked
package dev.leash.cli.caller;

import org.jspecify.annotations.NullMarked;
