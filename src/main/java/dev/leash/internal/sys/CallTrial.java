package dev.leash.internal.sys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A system call, tried as runs use it. The reason of a failure is either a kernel that is too old for the call, or a
 * seccomp filter, as containers and services have. Most filters answer EPERM, but some ENOSYS, as an old kernel does.
 *
 * @param call its name
 * @param needed whether no run works without it
 * @param obstacle why it cannot be used, in a sentence; null if it can
 */
public record CallTrial(
        String call, boolean needed, @Nullable String obstacle) {
    /** What to do about a call that a filter refuses. */
    public static final String REMEDY = Refusal.REMEDY;

    private static final int NO_SIGNAL = 0;

    /** Tries a call. Returns 0 or a descriptor if the call works, otherwise the negated errno. */
    private interface Attempt {
        int make(CallState state) throws IOException;
    }

    /** Tries all of them. */
    public static List<CallTrial> all() {
        List<CallTrial> trials = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            CallState state = CallState.in(arena);
            int self = (int) ProcessHandle.current().pid();
            int pidfd = Processes.openPidfd(state, self);
            trials.add(of("pidfd_open", true, 5, 4, Math.min(pidfd, 0)));
            if (pidfd >= 0) {
                trials.add(of("waitid", true, 5, 4, Processes.tryWait(state, pidfd)));
                trials.add(of("pidfd_send_signal", false, 5, 1, Processes.signal(state, pidfd, NO_SIGNAL)));
                trials.add(of(
                        "pidfd_send_signal to a group", false, 6, 9, Processes.signalGroup(state, pidfd, NO_SIGNAL)));
            }
            trials.add(of("wait4", true, 0, 0, expected(Processes.reap(state, self), Errno.ECHILD)));
            trials.add(tried("epoll_create1", true, state, CallTrial::polls));
            trials.add(tried("timerfd_create", true, state, CallTrial::ticks));
            trials.add(tried("eventfd", true, state, CallTrial::wakes));
            trials.add(tried("memfd_create", true, state, CallTrial::shares));
            trials.add(tried("pipe2", true, state, CallTrial::pipes));
            trials.add(
                    KernelFeatures.CLOSES_IN_CHILD
                            ? of("close_range", false, 5, 9, DescriptorTable.tryClose(state))
                            : of("close_range", true, 5, 11, DescriptorTable.tryDetach(state)));
            trials.add(
                    of("prlimit", false, 0, 0, (int) Math.min(0, ProcessControls.softLimit(state, Resources.NOFILE))));
            Descriptors.closeIfOpen(state, pidfd);
        }
        return trials;
    }

    private static int polls(CallState state) throws IOException {
        Epoll epoll = Epoll.open(state, 1);
        try {
            int event = EventFd.create(state);
            if (event >= 0) {
                SystemCallException.check("epoll_ctl", epoll.add(state, event, Epoll.IN, 0));
                Descriptors.close(state, event);
            }
            return epoll.await(state, 0);
        } finally {
            epoll.close(state);
        }
    }

    private static int ticks(CallState state) throws IOException {
        TimerFd timer = TimerFd.open(state);
        try {
            timer.arm(state, 1);
            return 0;
        } finally {
            timer.close();
        }
    }

    private static int wakes(CallState state) throws IOException {
        EventFd.open(state).close(state);
        return 0;
    }

    private static int shares(CallState state) throws IOException {
        SharedMemory.create(state, "leash-trial", 4096).close(state);
        return 0;
    }

    private static int pipes(CallState state) {
        Descriptors.Pipe pipe = Descriptors.pipe(state);
        Descriptors.closeIfOpen(state, pipe.readEnd());
        Descriptors.closeIfOpen(state, pipe.writeEnd());
        return Math.min(0, pipe.readEnd());
    }

    private static CallTrial tried(String call, boolean needed, CallState state, Attempt attempt) {
        try {
            return of(call, needed, 0, 0, Math.min(0, attempt.make(state)));
        } catch (SystemCallException e) {
            return new CallTrial(e.call(), needed, Refusal.sentence(e.call(), e.errno(), 0, 0));
        } catch (IOException | IllegalStateException e) {
            SystemCallException cause = e.getCause() instanceof SystemCallException failed ? failed : null;
            return new CallTrial(
                    call,
                    needed,
                    cause == null ? call + ": " + e.getMessage() : Refusal.sentence(cause.call(), cause.errno(), 0, 0));
        }
    }

    /** @param major the version of Linux that introduced it, with {@code minor}; 0 for any */
    private static CallTrial of(String call, boolean needed, int major, int minor, int outcome) {
        // ESRCH of a signal to a group means that this process leads none.
        int errno = outcome == -Errno.ESRCH ? 0 : -Math.min(0, outcome);
        return new CallTrial(call, needed, errno == 0 ? null : Refusal.sentence(call, errno, major, minor));
    }

    /** 0 where {@code errno} is the answer of a call that works. */
    private static int expected(int outcome, int errno) {
        return outcome == -errno ? 0 : outcome;
    }
}
