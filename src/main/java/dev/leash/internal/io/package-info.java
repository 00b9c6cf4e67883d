/** The bytes that go into a child and come out of it: pumps on the loop's thread between pipes and bounded buffers. */
@NullMarked
package dev.leash.internal.io;

import org.jspecify.annotations.NullMarked;
