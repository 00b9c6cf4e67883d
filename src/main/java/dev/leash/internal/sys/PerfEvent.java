package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;

/** An event that the kernel can count, see perf_event_open(2). */
public enum PerfEvent {
    TASK_CLOCK(false, Libc.PERF_COUNT_SW_TASK_CLOCK()),
    CPU_CLOCK(false, Libc.PERF_COUNT_SW_CPU_CLOCK()),
    PAGE_FAULTS(false, Libc.PERF_COUNT_SW_PAGE_FAULTS()),
    MINOR_FAULTS(false, Libc.PERF_COUNT_SW_PAGE_FAULTS_MIN()),
    MAJOR_FAULTS(false, Libc.PERF_COUNT_SW_PAGE_FAULTS_MAJ()),
    CONTEXT_SWITCHES(false, Libc.PERF_COUNT_SW_CONTEXT_SWITCHES()),
    CPU_MIGRATIONS(false, Libc.PERF_COUNT_SW_CPU_MIGRATIONS()),
    CYCLES(true, Libc.PERF_COUNT_HW_CPU_CYCLES()),
    INSTRUCTIONS(true, Libc.PERF_COUNT_HW_INSTRUCTIONS()),
    CACHE_REFERENCES(true, Libc.PERF_COUNT_HW_CACHE_REFERENCES()),
    CACHE_MISSES(true, Libc.PERF_COUNT_HW_CACHE_MISSES()),
    BRANCHES(true, Libc.PERF_COUNT_HW_BRANCH_INSTRUCTIONS()),
    BRANCH_MISSES(true, Libc.PERF_COUNT_HW_BRANCH_MISSES());

    final int type;
    final long number;

    PerfEvent(boolean hardware, long number) {
        this.type = hardware ? Libc.PERF_TYPE_HARDWARE() : Libc.PERF_TYPE_SOFTWARE();
        this.number = number;
    }
}
