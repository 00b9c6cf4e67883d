/** {@code leash doctor}. */
@NullMarked
package dev.leash.cli.doctor;

import org.jspecify.annotations.NullMarked;
