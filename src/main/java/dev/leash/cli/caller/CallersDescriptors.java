package dev.leash.cli.caller;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Stdin;
import dev.leash.cli.io.Console;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The caller's descriptors, moved out of the way: {@link dev.leash.internal.sys.SignalEvents} needs the numbers of the
 * signals, of which 1 (HUP) and 2 (INT) are those of standard output and standard error. After that {@code System.out}
 * and {@code System.err} lead nowhere good; this command writes through {@link Console} only.
 */
public final class CallersDescriptors {
    private static final int FIRST_FREE_OF_SIGNALS = 65;

    /** There is one caller, and to open what he has named needs them in many places. */
    private static @Nullable CallersDescriptors moved;

    private final CallState state;
    private final CallerContext caller;
    private int stdout = 1;
    private int stderr = 2;

    /** What the caller has open above 2, by his numbers, with ours. */
    private final SortedMap<Integer, Integer> others = new TreeMap<>();

    private final List<Integer> toFree = new ArrayList<>();

    public CallersDescriptors(CallState state, CallerContext caller) {
        this.state = state;
        this.caller = caller;
    }

    /** Duplicates what has the number of a signal. What cannot be moved stays, and the signal of that number is not handled. */
    public void move() {
        moved = this;
        stdout = move(1);
        stderr = move(2);
        for (int fd : caller.otherDescriptors()) {
            others.put(fd, fd < FIRST_FREE_OF_SIGNALS ? move(fd) : fd);
        }
    }

    /**
     * Frees the numbers of signals. Just before they are taken, and not when the descriptors are moved: the JVM opens a file when
     * it needs a class that is not in the cache, at the lowest number that is free, and that signal would be lost.
     */
    public void freeNumbers() {
        for (int fd : caller.reservedDescriptors()) {
            Descriptors.close(state, fd);
        }
        for (int fd : toFree) {
            Descriptors.close(state, fd);
        }
        toFree.clear();
    }

    /** Where {@code fd} is from now on. */
    private int move(int fd) {
        // A low limit of descriptors may not allow the first.
        for (int least : new int[] {FIRST_FREE_OF_SIGNALS, 32, 16}) {
            int moved = Descriptors.duplicate(state, fd, least);
            if (moved >= 0) {
                toFree.add(fd);
                return moved;
            }
        }
        return fd;
    }

    /** Closes what the caller had open above 2: as long as it is open here nobody sees an end when the program closes it. */
    public void closeOthers() {
        for (int fd : others.values()) {
            Descriptors.close(state, fd);
        }
        others.clear();
    }

    /** Where this process itself writes standard output to; -1 if the caller has closed it. */
    public int stdout() {
        return caller.isClosed(1) ? -1 : stdout;
    }

    /** Where this process itself writes standard error to; -1 if the caller has closed it. */
    public int stderr() {
        return caller.isClosed(2) ? -1 : stderr;
    }

    /**
     * Our number for the caller's {@code fd}, or a negated errno, with which to open /dev/fd fails, or to use the descriptor.
     *
     * @param writing whether it is to be written to; else it is to be read
     */
    public int own(int fd, boolean writing) {
        int own = fd == 0 ? 0 : fd == 1 ? stdout : fd == 2 ? stderr : others.getOrDefault(fd, -Errno.ENOENT);
        if (own < 0 || caller.isClosed(fd)) {
            return -Errno.ENOENT;
        }
        return Descriptors.allows(state, own, writing) ? own : -Errno.EBADF;
    }

    /** A duplicate of the caller's {@code fd}, or a negated errno; see {@link #own}. */
    int duplicate(int fd, boolean writing) {
        int own = own(fd, writing);
        return own < 0 ? own : Descriptors.duplicate(state, own, FIRST_FREE_OF_SIGNALS);
    }

    /** Those of this process's caller; null if they have not been moved, and have the numbers that he knows. */
    static @Nullable CallersDescriptors moved() {
        return moved;
    }

    /** What a child has as standard input that is given the caller's. */
    public Stdin stdin() {
        return caller.isClosed(0) ? CommandAccess.get().closedStdin() : Stdin.inherit();
    }

    /** What a child has as standard output that is given the caller's. */
    public Output output() {
        return output(1, stdout);
    }

    /** What a child has as standard error that is given the caller's. */
    public Output error() {
        return output(2, stderr);
    }

    private Output output(int callers, int ours) {
        return caller.isClosed(callers)
                ? CommandAccess.get().closedOutput()
                : CommandAccess.get().output(ours);
    }

    /** Whether the caller has not closed its standard stream {@code fd}. */
    public boolean hasOpen(int fd) {
        return !caller.isClosed(fd);
    }

    /**
     * What the caller had open above 2 and a child is given, by its numbers, with ours: it may read or write it. Each of ours
     * has a number that none of the caller's has, or the same: all of them were open when they were moved. So none stands in
     * the way of another.
     */
    public SortedMap<Integer, Integer> inherited() {
        SortedMap<Integer, Integer> inherited = new TreeMap<>();
        if (!others.isEmpty()) {
            // What was opened before the limit was lowered could be inherited, but nobody can be given it.
            long limit = ProcessControls.softLimit(state, Resources.NOFILE);
            others.forEach((callers, ours) -> {
                if (Long.compareUnsigned(callers, limit) < 0) {
                    inherited.put(callers, ours);
                }
            });
        }
        return inherited;
    }

    /** {@code command} with what the caller had open above 2. */
    public Command given(Command command) {
        CommandAccess access = CommandAccess.get();
        Command given = command;
        for (Map.Entry<Integer, Integer> other : inherited().entrySet()) {
            given = access.input(given, other.getKey(), access.stdin(other.getValue()));
        }
        return given;
    }

    /** {@code command} in the caller's current directory, which may have been deleted. */
    public Command inDirectory(Command command) {
        int deleted = deletedDirectory();
        return deleted < 0 ? command : CommandAccess.get().directory(command, deleted);
    }

    /** As {@link CallerContext#deletedDirectory}. It may not stand where a child gets another descriptor. */
    public int deletedDirectory() {
        int deleted = caller.deletedDirectory();
        if (deleted < 0 || others.isEmpty()) {
            return deleted;
        }
        int moved = Descriptors.duplicate(state, deleted, Math.max(FIRST_FREE_OF_SIGNALS, others.lastKey() + 1));
        return moved < 0 ? deleted : moved;
    }
}
