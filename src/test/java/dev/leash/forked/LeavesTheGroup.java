package dev.leash.forked;

import java.util.List;

/** Has a program run in a session of its own, started by a thread other than the first one, as most JVMs would. */
public final class LeavesTheGroup {
    private LeavesTheGroup() {}

    /**
     * Starts it and waits for it.
     *
     * @param args of setsid(1)
     */
    public static void main(String[] args) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("setsid");
        builder.command().addAll(List.of(args));
        Thread starter = new Thread(() -> {
            try {
                builder.inheritIO().start().waitFor();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        starter.start();
        starter.join();
    }
}
