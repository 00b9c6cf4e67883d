package dev.leash.cli.up;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the processes of a service use now, from one look at {@code /proc}, see proc(5). Its processes are those of the
 * process group and the session of its program, and all their descendants.
 *
 * @param ticks processor time in hundredths of a second, with that of the children they have waited for
 * @param bytes memory, of what several processes share each one's part
 */
record ServiceUse(int processes, long ticks, long bytes) {
    private static final int HUNDREDTHS = 100;

    // Counted from the state, the third field of /proc/PID/stat.
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int USER_TIME = 11;
    private static final int CHILDREN_SYSTEM_TIME = 14;
    private static final int START = 19;

    private record Seen(long pid, long parent, long group, long session, long ticks, long startTicks) {}

    double seconds() {
        return (double) ticks / HUNDREDTHS;
    }

    /** All processes at one moment. */
    static final class Look {
        private final Map<Long, Seen> all = new HashMap<>();
        private final double uptime;

        Look() throws IOException {
            String times = Files.readString(Path.of("/proc/uptime"), StandardCharsets.ISO_8859_1);
            uptime = Double.parseDouble(times.substring(0, times.indexOf(' ')));
            try (DirectoryStream<Path> pids = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
                for (Path pid : pids) {
                    try {
                        Seen seen = parse(Files.readString(pid.resolve("stat"), StandardCharsets.ISO_8859_1));
                        all.put(seen.pid(), seen);
                    } catch (IOException e) {
                        // It has ended meanwhile.
                    }
                }
            }
        }

        private static Seen parse(String stat) {
            long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
            // The name before it may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int at = USER_TIME; at <= CHILDREN_SYSTEM_TIME; at++) {
                ticks += Long.parseLong(fields[at]);
            }
            return new Seen(
                    pid,
                    Long.parseLong(fields[PARENT]),
                    Long.parseLong(fields[GROUP]),
                    Long.parseLong(fields[SESSION]),
                    ticks,
                    Long.parseLong(fields[START]));
        }

        /** For how many seconds the process runs; 0 if there is none. */
        double uptime(long pid) {
            Seen seen = all.get(pid);
            long ticks = seen == null ? 0 : Math.round(uptime * HUNDREDTHS) - seen.startTicks();
            return Math.max(0, (double) ticks / HUNDREDTHS);
        }

        /** What the service uses whose program has this pid. */
        ServiceUse of(long program) {
            long ticks = 0;
            long bytes = 0;
            List<Seen> members = new ArrayList<>();
            for (Seen each : all.values()) {
                if (belongs(each, program)) {
                    members.add(each);
                    ticks += each.ticks();
                    bytes += memory(each.pid());
                }
            }
            return new ServiceUse(members.size(), ticks, bytes);
        }

        private boolean belongs(Seen process, long program) {
            Seen next = process;
            // Not more steps than there are processes: the look took some time, in which pids may have been given anew.
            for (int steps = 0; next != null && steps <= all.size(); steps++) {
                if (next.pid() == program || next.group() == program || next.session() == program) {
                    return true;
                }
                next = all.get(next.parent());
            }
            return false;
        }

        private static long memory(long pid) {
            try {
                for (String line : Files.readAllLines(
                        Path.of("/proc", Long.toString(pid), "smaps_rollup"), StandardCharsets.ISO_8859_1)) {
                    if (line.startsWith("Pss:")) {
                        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                    }
                }
            } catch (IOException e) {
                // It has ended, or may not be looked into.
            }
            return 0;
        }
    }
}
