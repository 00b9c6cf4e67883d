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
 * The caller's descriptors, moved out of the way: {@link dev.leash.internal.sys.SignalEvents} needs the numbers of
 * the signals, of which 1 (HUP) and 2 (INT) are those of standard output and standard error. After that
 * {@code System.out} and {@code System.err} must not be used; this command writes through {@link Console} only.
 */
public final class CallersDescriptors {
    private static final int FIRST_FREE_OF_SIGNALS = 65;

    /** There is one caller, and many places that open a file by name need its descriptors. */
    private static @Nullable CallersDescriptors moved;

    private final CallState state;
    private final CallerContext caller;
    private int stdout = 1;
    private int stderr = 2;

    /** The caller's descriptors above 2: this process's numbers by the caller's. */
    private final SortedMap<Integer, Integer> others = new TreeMap<>();

    private final List<Integer> toFree = new ArrayList<>();

    public CallersDescriptors(CallState state, CallerContext caller) {
        this.state = state;
        this.caller = caller;
    }

    /**
     * Duplicates the descriptors that have the number of a signal. One that cannot be moved stays, and the signal of
     * that number is not handled.
     */
    public void move() {
        moved = this;
        stdout = move(1);
        stderr = move(2);
        for (int fd : caller.otherDescriptors()) {
            others.put(fd, fd < FIRST_FREE_OF_SIGNALS ? move(fd) : fd);
        }
    }

    /**
     * Frees the numbers of signals. To be called just before they are used, not when the descriptors are moved: the
     * JVM opens a file at the lowest free number when it needs a class that is not in the cache, and that signal
     * would be lost.
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

    /** The new number of {@code fd}. */
    private int move(int fd) {
        // A low descriptor limit may not allow the first.
        for (int least : new int[] {FIRST_FREE_OF_SIGNALS, 32, 16}) {
            int moved = Descriptors.duplicate(state, fd, least);
            if (moved >= 0) {
                toFree.add(fd);
                return moved;
            }
        }
        return fd;
    }

    /**
     * Closes the caller's descriptors above 2: as long as a pipe is open here, its reader sees no end when the
     * program closes it.
     */
    public void closeOthers() {
        for (int fd : others.values()) {
            Descriptors.close(state, fd);
        }
        others.clear();
    }

    /** The descriptor of this process's standard output; -1 if the caller has closed it. */
    public int stdout() {
        return caller.isClosed(1) ? -1 : stdout;
    }

    /** The descriptor of this process's standard error; -1 if the caller has closed it. */
    public int stderr() {
        return caller.isClosed(2) ? -1 : stderr;
    }

    /**
     * This process's number for the caller's {@code fd}, or the negated errno with which opening /dev/fd or using the
     * descriptor would fail.
     *
     * @param writing whether it is for writing; otherwise for reading
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

    /**
     * The descriptors of this process's caller; null if they have not been moved and still have the caller's numbers.
     */
    static @Nullable CallersDescriptors moved() {
        return moved;
    }

    /** The standard input of a child that gets the caller's. */
    public Stdin stdin() {
        return caller.isClosed(0) ? CommandAccess.get().closedStdin() : Stdin.inherit();
    }

    /** The standard output of a child that gets the caller's. */
    public Output output() {
        return output(1, stdout);
    }

    /** The standard error of a child that gets the caller's. */
    public Output error() {
        return output(2, stderr);
    }

    private Output output(int callers, int ours) {
        return caller.isClosed(callers)
                ? CommandAccess.get().closedOutput()
                : CommandAccess.get().output(ours);
    }

    /** Whether the caller has its standard stream {@code fd} open. */
    public boolean hasOpen(int fd) {
        return !caller.isClosed(fd);
    }

    /**
     * The caller's descriptors above 2 that a child gets: this process's numbers by the caller's. Each number here is
     * either one that no descriptor of the caller has, or the same, because all were open when they were moved. So
     * none is in the way of another.
     */
    public SortedMap<Integer, Integer> inherited() {
        SortedMap<Integer, Integer> inherited = new TreeMap<>();
        if (!others.isEmpty()) {
            // A descriptor beyond a limit that was lowered later can be inherited, but dup2(2) cannot make one with
            // that number.
            long limit = ProcessControls.softLimit(state, Resources.NOFILE);
            others.forEach((callers, ours) -> {
                if (Long.compareUnsigned(callers, limit) < 0) {
                    inherited.put(callers, ours);
                }
            });
        }
        return inherited;
    }

    /** {@code command} with the caller's descriptors above 2. */
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

    /**
     * As {@link CallerContext#deletedDirectory}. It must not have a number where the child gets another descriptor.
     */
    public int deletedDirectory() {
        int deleted = caller.deletedDirectory();
        if (deleted < 0 || others.isEmpty()) {
            return deleted;
        }
        int moved = Descriptors.duplicate(state, deleted, Math.max(FIRST_FREE_OF_SIGNALS, others.lastKey() + 1));
        return moved < 0 ? deleted : moved;
    }
}
