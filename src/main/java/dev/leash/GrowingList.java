package dev.leash;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An immutable list from which a longer one is made at a cost that does not grow with its length: the two share an
 * array, of which each sees its own part. So a value that is built by many calls, each of which returns a new value,
 * is not copied each time. For any thread.
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
     * An array, and how much of it is taken. A thread that takes an element writes it before there is a list that
     * shows it. A thread that gets that list sees all that was written before the list's final fields.
     */
    private record Shared(Object[] elements, AtomicInteger taken) {}

    /** A list of {@code elements}. */
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
            // Full, or another list was already made of this one.
            int room = Math.max(LEAST, size + (size >> 1) + 1);
            with = new Shared(Arrays.copyOf(Arrays.copyOf(shared.elements, size), room), new AtomicInteger(size + 1));
        }
        with.elements[size] = element;
        return new GrowingList<>(with, size + 1);
    }

    @Override
    @SuppressWarnings("unchecked") // only elements of type T are stored
    public T get(int index) {
        return (T) shared.elements[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
        return size;
    }
}
