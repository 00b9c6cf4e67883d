package dev.leash.cli;

import dev.leash.internal.io.Input;
import dev.leash.internal.io.Output;
import dev.leash.internal.spawn.DescriptorAction;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The caller's descriptors, moved out of the way: {@link dev.leash.internal.sys.SignalEvents} needs the numbers of the
 * signals, of which 1 (HUP) and 2 (INT) are those of standard output and standard error. After that {@code System.out}
 * and {@code System.err} lead nowhere good; this command writes through {@link Messages} only.
 */
final class CallersDescriptors {
    private static final int FIRST_FREE_OF_SIGNALS = 65;
    private static final int FIRST_EXTRA = 3;

    private final CallState state;
    private final CallersWorld world;
    private int stdout = 1;
    private int stderr = 2;
    private final List<DescriptorAction> others = new ArrayList<>();

    CallersDescriptors(CallState state, CallersWorld world) {
        this.state = state;
        this.world = world;
    }

    /** Frees the numbers of signals. What cannot be moved stays, and the signal of that number is not handled. */
    void moveStandardStreams() {
        stdout = move(stdout);
        stderr = move(stderr);
    }

    /** For a child that gets none of what the caller had open above 2. */
    void closeOthers() {
        for (int fd : world.otherDescriptors()) {
            Descriptors.close(state, fd);
        }
        closeReserved();
    }

    private void closeReserved() {
        if (world.reservesThree()) {
            Descriptors.close(state, FIRST_EXTRA);
        }
    }

    /**
     * Moves what the caller had open above 2, for a child that gets it back, and leaves the child nothing else of this
     * process's.
     */
    void moveOthers() {
        Set<Integer> callers = new TreeSet<>(world.otherDescriptors());
        String[] open = new File("/proc/self/fd").list();
        for (String name : open == null ? new String[0] : open) {
            int fd = Integer.parseInt(name);
            if (fd >= FIRST_EXTRA && !callers.contains(fd)) {
                int ignored =
                        Descriptors.setCloseOnExec(state, fd, true); // EBADF: the one that the folder was read with
            }
        }
        closeReserved();
        for (int fd : callers) {
            if (fd < FIRST_FREE_OF_SIGNALS) {
                int moved = move(fd);
                if (moved != fd) {
                    others.add(new DescriptorAction.Duplicate(moved, fd));
                }
            }
        }
    }

    /** Where {@code fd} is from now on. */
    private int move(int fd) {
        // A low limit of descriptors may not allow the first.
        for (int least : new int[] {FIRST_FREE_OF_SIGNALS, 32, 16}) {
            int moved = Descriptors.duplicate(state, fd, least);
            if (moved >= 0) {
                Descriptors.close(state, fd);
                return moved;
            }
        }
        return fd;
    }

    /** Where this process itself writes standard output to. */
    int stdout() {
        return stdout;
    }

    /** Where this process itself writes standard error to. */
    int stderr() {
        return stderr;
    }

    Input childsInput() {
        return world.isClosed(0) ? new Input.Closed() : new Input.Inherited();
    }

    Output childsOutput() {
        return world.isClosed(1) ? new Output.Closed() : new Output.Descriptor(stdout);
    }

    Output childsError() {
        return world.isClosed(2) ? new Output.Closed() : new Output.Descriptor(stderr);
    }

    /** How the child gets what the caller had open above 2 and {@link #moveOthers} has moved. */
    List<DescriptorAction> others() {
        return others;
    }

    boolean hasOthers() {
        return !world.otherDescriptors().isEmpty();
    }
}
