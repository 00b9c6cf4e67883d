package dev.leash;

import java.time.Duration;

/**
 * The resources that the program used, with those of its children that it waited for, see getrusage(2). How long it took
 * is {@link Result#wallTime}. There is no peak of memory: after posix_spawn(3) Linux reports at least the JVM's own peak,
 * whatever the program did; see {@link Result#peakMemory}.
 *
 * {@snippet class="dev.leash.examples.Accounting" region="usage"}
 *
 * @param userTime CPU time in user mode
 * @param systemTime CPU time in the kernel
 * @param minorFaults page faults without input
 * @param majorFaults page faults that waited for the disk
 * @param voluntarySwitches how often it gave up the processor to wait
 * @param involuntarySwitches how often the scheduler took it off the processor
 * @param bytesFromDisk what had to be read from a disk for it, in whole blocks of 512 bytes: not what was in memory
 *     already, nor what came from pipes, sockets or file systems without a disk
 * @param bytesToDisk what it has changed in files of a disk, whenever the kernel writes it there, if it ever does
 */
public record Usage(
        Duration userTime,
        Duration systemTime,
        long minorFaults,
        long majorFaults,
        long voluntarySwitches,
        long involuntarySwitches,
        long bytesFromDisk,
        long bytesToDisk) {
    /** CPU time in user mode and in the kernel together. */
    public Duration cpuTime() {
        return userTime.plus(systemTime);
    }
}
