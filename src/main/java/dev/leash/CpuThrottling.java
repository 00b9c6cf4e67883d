package dev.leash;

import java.time.Duration;

/**
 * How much {@link Command#cpuLimit} has slowed a run down, as the kernel counts it; see "cpu.stat" in cgroup-v2.rst. What
 * a limit of a cgroup above does is not included.
 *
 * @param periods the periods, of 100 ms each, in which the run had something to do while it had the limit
 * @param throttledPeriods those in which its CPU time was used up, so that it had to wait for the next one
 * @param time how long it had to wait, added up for all processors, so that it may be more than the {@linkplain
 *     Result#wallTime time that the run took}
 */
public record CpuThrottling(long periods, long throttledPeriods, Duration time) {}
