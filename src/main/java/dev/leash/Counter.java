package dev.leash;

/**
 * What the kernel can count of a run, see perf_event_open(2). Those of the hardware need a processor whose counters the
 * kernel may use, which most virtual machines do not have.
 *
 * <p>Each pair of the hardware's, such as {@link #CYCLES} and {@link #INSTRUCTIONS}, counts at the same time if both are
 * asked for, so that their ratio holds also where the processor has too few counters and they take turns.
 */
public enum Counter {
    /** CPU time in nanoseconds, of the kernel's scheduler. */
    TASK_CLOCK,

    /** CPU time in nanoseconds, of the clock of the processor while a process of the run is on it. */
    CPU_CLOCK,

    /** Page faults: {@link #MINOR_FAULTS} and {@link #MAJOR_FAULTS}. */
    PAGE_FAULTS,

    /** Page faults without input. */
    MINOR_FAULTS,

    /** Page faults that waited for input. */
    MAJOR_FAULTS,

    /** How often a thread of the run was taken off a processor, or left it to wait. */
    CONTEXT_SWITCHES,

    /** How often a thread of the run went on on another processor. */
    CPU_MIGRATIONS,

    /** Cycles of the processor, at whatever frequency it had. Hardware; with {@link #INSTRUCTIONS}. */
    CYCLES,

    /** Instructions that were retired. Hardware; with {@link #CYCLES}. */
    INSTRUCTIONS,

    /** Accesses to the last level of cache, as a rule. Hardware; with {@link #CACHE_MISSES}. */
    CACHE_REFERENCES,

    /** Accesses that the last level of cache could not serve, as a rule. Hardware; with {@link #CACHE_REFERENCES}. */
    CACHE_MISSES,

    /** Branches that were retired. Hardware; with {@link #BRANCH_MISSES}. */
    BRANCHES,

    /** Branches that were predicted wrongly. Hardware; with {@link #BRANCHES}. */
    BRANCH_MISSES;

    /** Whether the processor counts it, and not the kernel. */
    public boolean isHardware() {
        return compareTo(CYCLES) >= 0;
    }
}
