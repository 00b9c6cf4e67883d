package dev.leash.cli.run;

import dev.leash.cli.io.RawText;
import dev.leash.internal.spawn.ChildEnvironment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sockets that systemd hands over, see sd_listen_fds(3): descriptors from 3 on, of which LISTEN_FDS tells the number and
 * LISTEN_PID for whom they are. A program that finds another pid than its own there does not take them.
 */
public final class SocketActivation {
    /** What is said to whoever is not given the sockets would be untrue. */
    public static final Set<String> VARIABLES = Set.of("LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES");

    /** Nobody knows the number of a process before it is there but the process itself. */
    private static final List<String> RECEIVER =
            List.of("/bin/sh", "-c", "LISTEN_PID=$$; unset LISTEN_PIDFDID; exec \"$@\"", "sh");

    private SocketActivation() {}

    /**
     * {@code command}, to which the sockets are passed on if they are for this process.
     *
     * @param command {@link RawText}
     * @param environment of the command
     */
    static List<String> receiving(List<String> command, ChildEnvironment environment) {
        byte[] receiver = environment.value("LISTEN_PID".getBytes(StandardCharsets.US_ASCII));
        String self = Long.toString(ProcessHandle.current().pid());
        if (receiver == null || !RawText.of(receiver).equals(self)) {
            return command;
        }
        List<String> all = new ArrayList<>(RECEIVER);
        all.addAll(command);
        return all;
    }
}
