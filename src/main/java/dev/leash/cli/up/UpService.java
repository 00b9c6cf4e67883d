package dev.leash.cli.up;

import dev.leash.Signal;
import dev.leash.StopPlan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One service of a file. What the file does not say is null, or 0 for a number: the library has the defaults.
 *
 * @param command the program and its arguments
 * @param directory null for that of the file
 * @param environment what it has besides the file's, and in place of it
 * @param startTimeoutNanos until it is ready
 * @param watchdogNanos between two signs of life
 * @param after what has to be ready before it starts
 * @param afterSuccess what has to have ended well before it starts
 * @param essential whether all end when it ends
 */
public record UpService(
        String name,
        List<String> command,
        @Nullable String directory,
        Map<String, String> environment,
        RestartRule restart,
        @Nullable ReadyRule ready,
        long startTimeoutNanos,
        @Nullable ProbeRule liveness,
        long watchdogNanos,
        @Nullable StopPlan stop,
        @Nullable List<String> stopCommand,
        @Nullable ReloadRule reload,
        @Nullable LogRule log,
        List<String> after,
        List<String> afterSuccess,
        boolean essential,
        int replicas,
        LimitRule limits) {
    /** How it reads its configuration again: one of both. */
    public record ReloadRule(
            @Nullable Signal signal, @Nullable List<String> command) {}

    /** The file that its output goes to. */
    public record LogRule(String file, long maxBytes, int keep, long maxAgeNanos) {}

    /**
     * What its processes may use.
     *
     * @param containment as on the command line of {@code leash run}
     */
    public record LimitRule(
            @Nullable String containment,
            long memoryBytes,
            long pids,
            double cpu,
            long nofile,
            @Nullable Integer nice) {
        static final LimitRule NONE = new LimitRule(null, 0, 0, 0, 0, null);
    }

    /** One that a line of a Procfile describes. */
    static UpService ofLine(String name, String line) {
        return new UpService(
                name,
                shell(line),
                null,
                Map.of(),
                RestartRule.USUAL,
                null,
                0,
                null,
                0,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                false,
                1,
                LimitRule.NONE);
    }

    /** The command of a line for the shell. */
    static List<String> shell(String line) {
        return List.of("/bin/sh", "-c", line);
    }
}
