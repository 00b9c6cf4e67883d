package dev.leash.support;

import org.junit.jupiter.api.Assumptions;

/** For a test that cannot judge on this machine. The reasons are on the console at the end of the run. */
public final class Skip {
    private Skip() {}

    public static void because(String reason) {
        Assumptions.abort(reason);
    }

    /**
     * For a test in which a process goes over into the JVM's process group, which it returns. A JVM that was put into a new pid
     * namespace without {@code setsid} has a group of the outer one: it is 0 inside, and to join 0 is to make a group.
     */
    public static int unlessTheGroupOfTheJvmCanBeJoined() {
        int group = ProcScan.of(ProcScan.self()).orElseThrow().pgrp();
        unless(group != 0, "the JVM's process group is one of another pid namespace, which nothing here can join");
        return group;
    }

    public static void unless(boolean condition, String reason) {
        if (!condition) {
            because(reason);
        }
    }
}
