/** The specification of a run as plain data. It acquires nothing. */
@NullMarked
package dev.leash.internal.spec;

import org.jspecify.annotations.NullMarked;
