/**
 * The control socket of {@code leash up}, and the commands that speak through it: {@code ps}, {@code start}, {@code stop},
 * {@code restart}, {@code reload}, {@code logs}, {@code events} and {@code wait}.
 */
@NullMarked
package dev.leash.cli.control;

import org.jspecify.annotations.NullMarked;
