package dev.leash;

import java.time.Instant;
import java.util.Optional;

/** Where a {@link Service} is in its life. Times are those of the wall clock, for display. */
public sealed interface ServiceState {
    /**
     * It is started when others of its {@link ServiceGroup} are so far.
     *
     * @param blocked whether one of these has failed for good: it waits until somebody starts that one again
     */
    record Waiting(String forWhat, boolean blocked) implements ServiceState {
        @Override
        public String toString() {
            return "waiting for " + forWhat;
        }
    }

    /** It is being started, or runs and is not ready yet. */
    record Starting() implements ServiceState {
        @Override
        public String toString() {
            return "starting";
        }
    }

    /** It runs and is ready, since then. */
    record Ready(Instant since) implements ServiceState {
        @Override
        public String toString() {
            return "ready";
        }
    }

    /** It runs and was ready, but its last {@linkplain Service#liveness check} has failed. */
    record Unready(String why) implements ServiceState {
        @Override
        public String toString() {
            return "unready: " + why;
        }
    }

    /** It has ended and is started again at this time. */
    record BackingOff(Instant until, String why) implements ServiceState {
        @Override
        public String toString() {
            return "backing off: " + why;
        }
    }

    /** It was told to end and still runs. */
    record Stopping(String why) implements ServiceState {
        @Override
        public String toString() {
            return "stopping: " + why;
        }
    }

    /**
     * It does not run: it was told to stop, or is done, or has not been started.
     *
     * @param succeeded whether it has ended by itself, and well, and is not restarted: a one-shot that is done
     * @param last the result of its last run; empty if there was none
     */
    record Stopped(String why, boolean succeeded, Optional<Result> last) implements ServiceState {
        @Override
        public String toString() {
            return why.isEmpty() ? "stopped" : "stopped: " + why;
        }
    }

    /**
     * It does not run, and is not started again until it is told to.
     *
     * @param last the result of its last run; empty if there was none, because it could not be started
     */
    record Failed(String why, Optional<Result> last) implements ServiceState {
        @Override
        public String toString() {
            return "failed: " + why;
        }
    }

    /** Whether its program runs, or is being started. */
    default boolean isRunning() {
        return this instanceof Starting || this instanceof Ready || this instanceof Unready || this instanceof Stopping;
    }

    /** Whether nothing more happens until it is told to start. */
    default boolean isOver() {
        return this instanceof Stopped || this instanceof Failed;
    }
}
