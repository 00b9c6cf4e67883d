/**
 * Starting a program: the search along the PATH, the native form of arguments and environment, the child's
 * descriptors, and what an error of posix_spawn(3) means. Everything here happens on the thread that asks for the
 * start, but for the call of posix_spawn(3) where {@link dev.leash.internal.spawn.UnsharedStart} makes it.
 */
@NullMarked
package dev.leash.internal.spawn;

import org.jspecify.annotations.NullMarked;
