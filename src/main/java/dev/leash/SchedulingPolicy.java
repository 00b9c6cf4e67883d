package dev.leash;

import dev.leash.internal.sys.ProcessControls;

/**
 * By which rule the kernel gives a program the processor, see sched(7). It passes it on to all that it starts.
 *
 * {@snippet class="dev.leash.examples.Measuring" region="steady"}
 */
public enum SchedulingPolicy {
    /** Shares by niceness, as for nearly every program. */
    OTHER(ProcessControls.SCHED_OTHER),

    /** As {@link #OTHER}, and never takes the processor from others when it wakes up: fewer switches, later answers. */
    BATCH(ProcessControls.SCHED_BATCH),

    /** Gets what nobody else wants: next to nothing beside a busy program. */
    IDLE(ProcessControls.SCHED_IDLE),

    /** Real time: runs before all of the above until it waits or one of higher priority wants to. */
    FIFO(ProcessControls.SCHED_FIFO),

    /** Real time as {@link #FIFO}, but those of one priority take turns. */
    ROUND_ROBIN(ProcessControls.SCHED_RR);

    private final int number;

    SchedulingPolicy(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Whether it needs a priority, and a right: CAP_SYS_NICE, or a limit {@link Rlimit#RTPRIO} of the JVM. */
    public boolean isRealTime() {
        return equals(FIFO) || equals(ROUND_ROBIN);
    }
}
