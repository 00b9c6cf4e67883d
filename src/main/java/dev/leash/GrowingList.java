package dev.leash;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An immutable list from which a longer one is made at a cost that does not grow with its length: the two share an array, of
 * which each sees its own part. So what is built up by many calls, each of which gives a new value, is not copied each time.
 * For any thread.
 */
final class GrowingList<T> extends AbstractList<T> implements RandomAccess {
    private static final int LEAST = 8;

    private final Shared shared;
    private final int size;

    private GrowingList(Shared shared, int size) {
        this.shared = shared;
        this.size = size;
    }

    /**
     * An array, and how much of it is taken. Whoever takes an element writes it before there is a list that shows it, and a
     * thread that gets that list sees what was written before its final fields were.
     */
    private record Shared(Object[] elements, AtomicInteger taken) {}

    /** A list of these. */
    static <T> GrowingList<T> of(Collection<? extends T> elements) {
        Object[] all = elements.toArray();
        for (Object element : all) {
            Objects.requireNonNull(element);
        }
        return new GrowingList<>(new Shared(all, new AtomicInteger(all.length)), all.length);
    }

    /** This list and {@code element} at its end. */
    GrowingList<T> plus(T element) {
        Objects.requireNonNull(element);
        Shared with = shared;
        if (size == with.elements.length || !with.taken.compareAndSet(size, size + 1)) {
            // Full, or somebody has made another list of this one.
            int room = Math.max(LEAST, size + (size >> 1) + 1);
            with = new Shared(Arrays.copyOf(Arrays.copyOf(shared.elements, size), room), new AtomicInteger(size + 1));
        }
        with.elements[size] = element;
        return new GrowingList<>(with, size + 1);
    }

    @Override
    @SuppressWarnings("unchecked") // only what is a T gets in
    public T get(int index) {
        return (T) shared.elements[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
        return size;
    }
}
