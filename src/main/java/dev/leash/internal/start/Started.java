package dev.leash.internal.start;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run whose programs have just been started.
 *
 * @param startNanos when the first program was started, or if that had to wait, when the wait began
 * @param counting the counters of the run, or null
 */
public record Started(
        List<Program> stages, long startNanos, @Nullable Counting counting) {
    /**
     * A program that was or is about to be started. Each of its descriptors is recorded here when it is opened, so
     * that another thread can close it if the starting thread cannot. A number is taken out before it is closed: no
     * descriptor is closed twice.
     */
    public static final class Program {
        private final List<End> ownEnds = new ArrayList<>();
        private final List<Integer> childsEnds = new ArrayList<>();
        public int pid;
        public int pidfd = -1;

        /** When the start began that made it. */
        long startNanos;

        public int pid() {
            return pid;
        }

        public int pidfd() {
            return pidfd;
        }

        /** This process's ends of the pipes. */
        public List<End> ownEnds() {
            return ownEnds;
        }

        /** The descriptors that only the child needs. */
        List<Integer> childsEnds() {
            return childsEnds;
        }

        public void closeChildsEnds(CallState state) {
            while (!childsEnds.isEmpty()) {
                int fd = childsEnds.removeLast();
                Descriptors.close(state, fd);
            }
        }

        public void closeOwnEnds(CallState state) {
            while (!ownEnds.isEmpty()) {
                int fd = ownEnds.removeLast().fd();
                Descriptors.close(state, fd);
            }
        }
    }

    /** This process's end {@code fd} of the pipe or terminal that the child has as {@code descriptor}. */
    public record End(int descriptor, int fd) {}
}
