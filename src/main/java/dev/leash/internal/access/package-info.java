/** The access of the command to the library that other clients do not have. */
@NullMarked
package dev.leash.internal.access;

import org.jspecify.annotations.NullMarked;
