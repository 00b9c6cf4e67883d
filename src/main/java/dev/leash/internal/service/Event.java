package dev.leash.internal.service;

/** What can happen to a service. */
public sealed interface Event {
    /** It shall run. */
    record Start() implements Event {}

    /** It shall run when others are so far, unless it runs; also after a stop that still goes on. */
    record Hold(String why, boolean blocked) implements Event {}

    /** It shall not run. */
    record Stop(String why) implements Event {}

    /** It shall end, if it runs, and run again. */
    record Restart(String why) implements Event {}

    /** It shall end, if it runs, and then wait until it is told to start; unless it was told to stop. */
    record Cycle(String why) implements Event {}

    /** Its program has been started. */
    record Started() implements Event {}

    /** Its program could not be started. */
    record NotStarted(String why) implements Event {}

    /** Its run has ended. */
    record Ended(boolean success, String how) implements Event {}

    /** It is ready. */
    record Ready() implements Event {}

    /** It was asked whether it is ready, and is not. */
    record NotReady(String answer) implements Event {}

    /** A check of its health has answered. */
    record Checked(boolean healthy, String answer) implements Event {}

    /** It does not live, although its run has not ended. */
    record Dead(String why) implements Event {}

    /** A time has come. */
    record Due(Timing timing) implements Event {}

    /** It says itself that it needs longer to become ready. */
    record MoreTime(long nanos) implements Event {}

    /** Nothing can be started any more. */
    record Closed() implements Event {}

    /** It is over, and shall never be started again. */
    record Retired(String why) implements Event {}

    /** What a service waits for. */
    enum Timing {
        /** The time to become ready is over. */
        START_TIMEOUT,
        /** The delay before a restart is over. */
        BACKOFF
    }
}
