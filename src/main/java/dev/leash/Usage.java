package dev.leash;

import java.time.Duration;

/**
 * The resources that the program used, with those of its children that it waited for, see getrusage(2). There is no
 * peak of memory: after posix_spawn(3) Linux reports at least the JVM's own peak, whatever the program did.
 *
 * {@snippet class="dev.leash.examples.Accounting" region="usage"}
 *
 * @param userTime CPU time in user mode
 * @param systemTime CPU time in the kernel
 * @param minorFaults page faults without input
 * @param majorFaults page faults that waited for the disk
 * @param voluntarySwitches how often it gave up the processor to wait
 * @param involuntarySwitches how often the scheduler took it off the processor
 */
public record Usage(
        Duration userTime,
        Duration systemTime,
        long minorFaults,
        long majorFaults,
        long voluntarySwitches,
        long involuntarySwitches) {}
