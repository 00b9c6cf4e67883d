/**
 * Measures programs: runs variants again and again, in random order, and says by how much they differ and how certain
 * that is. It needs {@code org.apache.commons:commons-statistics-inference}, which Leash does not bring: without it
 * all other packages work.
 */
@NullMarked
package dev.leash.bench;

import org.jspecify.annotations.NullMarked;
