package dev.leash.internal.contain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Who is in a process group, from /proc: see proc_pid_stat(5). Reads a file for each process on the machine, so it is for
 * the rare case that there is something to find, and never for the loop's thread.
 */
final class GroupMembers {
    private static final Path PROC = Path.of("/proc");

    private GroupMembers() {}

    /** The pids of the group's living members: zombies, which only wait to be reaped by their parents, are not. */
    static Set<Integer> of(int pgid) throws IOException {
        Set<Integer> members = new HashSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isLivingMember(process, pgid)) {
                    members.add(Integer.valueOf(process.getFileName().toString()));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return members;
    }

    private static boolean isLivingMember(Path process, int pgid) {
        String stat;
        try {
            stat = new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // it has gone in the meantime
        }
        // "pid (name) state ppid pgrp …": the name may hold anything, also ") ", so count from the last parenthesis.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
        char state = fields[0].charAt(0);
        return state != 'Z' && state != 'X' && Integer.parseInt(fields[2]) == pgid;
    }
}
