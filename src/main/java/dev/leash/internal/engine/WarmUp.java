package dev.leash.internal.engine;

import dev.leash.Signal;
import dev.leash.StopStepTaken;
import dev.leash.internal.contain.FollowedGroup;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.RunClasses;
import dev.leash.internal.run.StopLadder;
import dev.leash.internal.spec.StopStep;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import dev.leash.internal.sys.TimerFd;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the code that ends a run once, without a run. A JVM loads classes and links calls at their first use, which
 * takes some ten milliseconds here: on the loop's thread that would make the first deadline late, and everything else
 * with it. Once for each JVM, on a thread of its own.
 */
final class WarmUp {
    private static final int NO_SIGNAL = 0;
    private static final AtomicBoolean HELD = new AtomicBoolean();

    private WarmUp() {}

    /** Returns at once. */
    static void begin() {
        if (HELD.compareAndSet(false, true)) {
            try {
                Thread ignored =
                        Thread.ofPlatform().daemon().name("leash-rehearsal").start(WarmUp::hold);
            } catch (OutOfMemoryError e) {
                // No thread is available: the first deadline is late then.
            }
        }
    }

    private static void hold() {
        int self = (int) ProcessHandle.current().pid();
        try (CallState state = CallState.open()) {
            // Signal 0 is never delivered; and this process is not its own child, so there is nothing to wait for.
            int ignored = Processes.reap(state, self);
            int pidfd = Processes.openPidfd(state, self);
            if (pidfd >= 0) {
                ProcessSet group = FollowedGroup.FACTORY.of(state, self, pidfd);
                group.stopComes(state, new int[] {self}, ProcessSet.Threads.UNKNOWN);
                ignored = group.signal(state, NO_SIGNAL);
                if (!group.provenEmpty(state)) {
                    ignored = Processes.hasExited(state, pidfd) ? 1 : 0;
                }
                group.close(state);
                Descriptors.close(state, pidfd);
            }
            TimerFd timer = TimerFd.open(state);
            timer.arm(state, Clock.monotonicNanos());
            timer.clear();
            timer.close();
            TimerQueue timers = new TimerQueue();
            timers.cancel(timers.schedule(0, () -> {}));
            timers.fireDue(0);
            StopLadder sequence = new StopLadder(StopStep.KILL_AT_ONCE);
            if (sequence.killIsNext()) {
                ignored = new StopStepTaken(new Signal(sequence.advance()), Duration.ZERO, false)
                        .signal()
                        .number();
            }
            RunClasses.load();
        } catch (SystemCallException | ClassNotFoundException | IllegalStateException | LinkageError e) {
            // The first run then pays for it.
        }
    }
}
