package dev.leash.cli.run;

import dev.leash.Command;
import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.EnvironmentBlock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that systemd passes, see sd_listen_fds(3): descriptors from 3 on. LISTEN_FDS holds how many there are,
 * LISTEN_PID the pid of the process that they are for. A program that finds another pid there does not use them.
 */
public final class SocketActivation {
    /** Removed for a program that does not get the sockets: their values would be wrong. */
    public static final Set<String> VARIABLES = Set.of("LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES");

    /** A pid is known only once the process exists, so a shell sets it in the process itself. */
    private static final String[] RECEIVER = {"/bin/sh", "-c", "LISTEN_PID=$$; unset LISTEN_PIDFDID; exec \"$@\"", "sh"
    };

    private static final String RECEIVER_PID = "LISTEN_PID=";

    private SocketActivation() {}

    /**
     * {@code command}, with the sockets if they are for this process.
     *
     * @param environment the environment of the command; null if it is the JVM's
     */
    static Command receiving(Command command, @Nullable List<byte[]> environment) {
        String self = Long.toString(ProcessHandle.current().pid());
        for (byte[] entry : environment != null ? environment : EnvironmentBlock.own()) {
            String variable = entry.length > 0 && entry[0] == 'L' ? RawText.of(entry) : "";
            if (variable.startsWith(RECEIVER_PID)) { // the first entry of a name counts, see getenv(3)
                return variable.substring(RECEIVER_PID.length()).equals(self) ? command.prefix(RECEIVER) : command;
            }
        }
        return command;
    }
}
