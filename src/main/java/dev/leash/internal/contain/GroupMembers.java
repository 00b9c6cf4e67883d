package dev.leash.internal.contain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a process group, from /proc: see proc_pid_stat(5). Reads a file for each process on the machine, so it is for
 * the rare case that there is something to find, and never for the loop's thread. One pass answers all who asked before it
 * began: where a hundred groups are killed at once, a hundred passes would keep the processors from those who shall die.
 */
final class GroupMembers {
    private static final Path PROC = Path.of("/proc");

    /** Where num_threads stands, counted from the state. */
    private static final int THREADS = 17;

    private static final Object ONE_PASS_AT_A_TIME = new Object();
    private static final AtomicReference<@Nullable GroupMembers> NEXT = new AtomicReference<>();

    /** By group. Null before the pass has been made, or if it has failed. */
    private @Nullable Map<Integer, Set<Integer>> groups;

    private GroupMembers() {}

    /** The pids of the group's living members: zombies, which only wait to be reaped by their parents, are not. */
    static Set<Integer> of(int pgid) throws IOException {
        GroupMembers pass =
                Objects.requireNonNull(NEXT.updateAndGet(waiting -> waiting == null ? new GroupMembers() : waiting));
        synchronized (ONE_PASS_AT_A_TIME) {
            if (pass.groups == null) {
                NEXT.compareAndSet(pass, null); // whoever comes from now on is not answered by this one
                pass.groups = everyGroup();
            }
            return pass.groups.getOrDefault(pgid, Set.of());
        }
    }

    private static Map<Integer, Set<Integer>> everyGroup() throws IOException {
        Map<Integer, Set<Integer>> groups = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                int group = groupIfAlive(process);
                if (group >= 0) {
                    groups.computeIfAbsent(group, any -> new HashSet<>())
                            .add(Integer.valueOf(process.getFileName().toString()));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return groups;
    }

    /** The group of a living process, or -1. */
    private static int groupIfAlive(Path process) {
        String stat;
        try {
            stat = new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return -1; // it has gone in the meantime
        }
        // "pid (name) state ppid pgrp …": the name may hold anything, also ") ", so count from the last parenthesis.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", THREADS + 2);
        // A process whose main thread has ended while others go on looks like a zombie, and is none.
        boolean zombie = fields[0].equals("Z") && Integer.parseInt(fields[THREADS]) <= 1;
        return zombie || fields[0].equals("X") ? -1 : Integer.parseInt(fields[2]);
    }
}
