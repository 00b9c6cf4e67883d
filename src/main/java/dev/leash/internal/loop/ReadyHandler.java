package dev.leash.internal.loop;

/** Handles a descriptor that is ready. Called on the loop's thread; must not block. */
@FunctionalInterface
public interface ReadyHandler {
    /**
     * The descriptor is ready.
     *
     * @param readiness EPOLLIN, EPOLLHUP and so on
     */
    void ready(int readiness);
}
