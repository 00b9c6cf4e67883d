package dev.leash.internal.sys;

import java.util.List;

/**
 * One message, and who has sent it.
 *
 * @param truncated whether it was longer than {@code content}
 * @param pid the sender's, which the kernel has checked when it was sent; 0 if the sender is in no pid namespace that
 *     this process sees. Only a process with CAP_SYS_ADMIN may give another's
 * @param pidfd the sender's, which names it also when its pid is used again; {@link #NO_PIDFD} if the kernel gives none;
 *     another negated errno if it cannot give one: the sender has been reaped, or no descriptor is left
 * @param descriptors those that the sender has attached
 */
public record Datagram(byte[] content, boolean truncated, int pid, int pidfd, List<Integer> descriptors) {
    /** Before Linux 6.5. */
    public static final int NO_PIDFD = Integer.MIN_VALUE;

    /** Closes all descriptors that came with it. */
    public void closeAll(CallState state) {
        Descriptors.closeIfOpen(state, pidfd);
        for (int each : descriptors) {
            Descriptors.close(state, each);
        }
    }
}
