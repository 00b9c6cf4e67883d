package dev.leash.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** What the kernel says about processes, in /proc: a judge that is independent of the code under test. */
public final class ProcScan {
    private static final Path PROC = Path.of("/proc");

    /** The name of the variable that {@link #withMarker} is meant for: forks inherit it, wherever they go. */
    public static final String MARKER_VARIABLE = "LEASH_TEST_MARKER";

    private ProcScan() {}

    /**
     * One process, see proc_pid_stat(5).
     *
     * @param state R, S, D, T (stopped), Z (zombie) and so on
     */
    public record Info(int pid, String name, char state, int ppid, int pgrp, int session) {
        /** Whether it can still do something. A zombie only waits to be reaped. */
        public boolean alive() {
            return state != 'Z' && state != 'X';
        }
    }

    /** The process {@code pid}, zombies included; empty if there is none. */
    public static Optional<Info> of(long pid) {
        String stat;
        try {
            stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return Optional.empty();
        }
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        String[] fields = stat.substring(close + 2).split(" ", 5);
        return Optional.of(new Info(
                (int) pid,
                stat.substring(open + 1, close),
                fields[0].charAt(0),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3])));
    }

    /** Whether {@code pid} exists and is no zombie. */
    public static boolean alive(long pid) {
        return of(pid).map(Info::alive).orElse(false);
    }

    /** The state of {@code pid}, or {@code -} if there is no such process. */
    public static char state(long pid) {
        return of(pid).map(Info::state).orElse('-');
    }

    /** Every process there is. */
    public static List<Info> all() {
        List<Info> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                of(Long.parseLong(process.getFileName().toString())).ifPresent(all::add);
            }
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** The living processes of a process group. */
    public static List<Info> group(int pgrp) {
        return all().stream()
                .filter(info -> info.pgrp() == pgrp && info.alive())
                .toList();
    }

    /** How many of a process group are a sleep(1) by now. */
    public static long sleepers(int pgrp) {
        return group(pgrp).stream().filter(info -> info.name().equals("sleep")).count();
    }

    /**
     * A set of signals of a process, bit n-1 for signal n.
     *
     * @param set its name in proc_pid_status(5), such as {@code SigCgt} for those that it catches
     */
    public static long signals(long pid, String set) throws IOException {
        for (String line : Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
            if (line.startsWith(set + ":")) {
                return Long.parseUnsignedLong(line.substring(set.length() + 1).strip(), 16);
            }
        }
        throw new IOException("no " + set + " in the status of " + pid);
    }

    /** Children of this JVM that have exited and that nobody has reaped. */
    public static List<Info> zombieChildren() {
        return children().stream().filter(info -> !info.alive()).toList();
    }

    /** Children of this JVM, zombies included. */
    public static List<Info> children() {
        long self = self();
        return all().stream().filter(info -> info.ppid() == self).toList();
    }

    /** The JVM's own pid. */
    public static int self() {
        return (int) ProcessHandle.current().pid();
    }

    /** A text that is in no other process: for the command line or the environment of a child, see {@link #withMarker}. */
    public static String newMarker() {
        return "leash-test-" + self() + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    /** The living processes with {@code marker} in their command line or in the environment they were started with. */
    public static List<Info> withMarker(String marker) {
        return all().stream()
                .filter(info -> info.alive() && info.pid() != self())
                .filter(info -> holds(info.pid(), "cmdline", marker) || holds(info.pid(), "environ", marker))
                .toList();
    }

    /**
     * The process groups of {@link #withMarker}: unlike the processes of a shell's script, which come and go, these stay. A
     * process that is being made, or has just executed its program, may not show the marker yet.
     */
    public static Set<Integer> groups(String marker) {
        return withMarker(marker).stream().map(Info::pgrp).collect(Collectors.toSet());
    }

    /** Waits until {@link #groups} are so many, and returns these. */
    public static Set<Integer> awaitGroups(String marker, int count) {
        AtomicReference<Set<Integer>> groups = new AtomicReference<>();
        Eventually.eventually(count + " groups", () -> {
            groups.set(groups(marker));
            return groups.get().size() == count;
        });
        return groups.get();
    }

    private static boolean holds(int pid, String file, String marker) {
        try {
            return Files.readString(PROC.resolve(pid + "/" + file), StandardCharsets.ISO_8859_1)
                    .contains(marker);
        } catch (IOException e) {
            return false; // it has gone, or is none of ours
        }
    }
}
