/** The guardian: a shell that outlives this JVM, and kills the runs in its table when the JVM has gone. */
@NullMarked
package dev.leash.internal.guardian;

import org.jspecify.annotations.NullMarked;
