/** What the caller of the command had: arguments, descriptors, signals, as they were before the JVM changed them. */
@NullMarked
package dev.leash.cli.caller;

import org.jspecify.annotations.NullMarked;
