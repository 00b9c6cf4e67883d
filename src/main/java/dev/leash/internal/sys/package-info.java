/**
 * The only package that imports the generated bindings: one static method for each kernel or libc call, grouped by
 * what it acts on. A call that can fail returns the negated errno instead of -1, so no caller ever reads errno
 * itself; {@link dev.leash.internal.sys.Errno} turns the number into a name and a sentence once, at the boundary.
 */
@NullMarked
package dev.leash.internal.sys;

import org.jspecify.annotations.NullMarked;
