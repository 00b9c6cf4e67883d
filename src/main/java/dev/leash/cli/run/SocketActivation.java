package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.EnvironmentBlock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that systemd hands over, see sd_listen_fds(3): descriptors from 3 on, of which LISTEN_FDS tells the number and
 * LISTEN_PID for whom they are. A program that finds another pid than its own there does not take them.
 */
public final class SocketActivation {
    /** What is said to whoever is not given the sockets would be untrue. */
    public static final Set<String> VARIABLES = Set.of("LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES");

    /** Nobody knows the number of a process before it is there but the process itself. */
    private static final String[] RECEIVER = {"/bin/sh", "-c", "LISTEN_PID=$$; unset LISTEN_PIDFDID; exec \"$@\"", "sh"
    };

    private static final String RECEIVER_PID = "LISTEN_PID=";

    private SocketActivation() {}

    /**
     * {@code command}, to which the sockets are passed on if they are for this process.
     *
     * @param environment of the command; null if it is that of the JVM
     */
    static Command receiving(Command command, @Nullable List<byte[]> environment) {
        String self = Long.toString(ProcessHandle.current().pid());
        for (byte[] entry : environment != null ? environment : EnvironmentBlock.own()) {
            String variable = entry.length > 0 && entry[0] == 'L' ? RawText.of(entry) : "";
            if (variable.startsWith(RECEIVER_PID)) { // the first of a name counts, see getenv(3)
                return variable.substring(RECEIVER_PID.length()).equals(self) ? command.prefix(RECEIVER) : command;
            }
        }
        return command;
    }
}
