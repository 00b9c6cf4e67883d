package dev.leash.cli.up;

import dev.leash.internal.proc.ProcFile;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.proc.ProcessTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
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
    private static final int USER_TIME = 11;
    private static final int CHILDREN_SYSTEM_TIME = 14;

    double seconds() {
        return (double) ticks / HUNDREDTHS;
    }

    /** All processes at one moment. */
    static final class Look {
        private final Map<Long, ProcessEntry> all = new HashMap<>();
        private final double uptime;

        Look() throws IOException {
            String times = ProcFile.text(Path.of("/proc/uptime"));
            uptime = Double.parseDouble(times.substring(0, times.indexOf(' ')));
            for (ProcessEntry each : ProcessTable.fresh().entries()) {
                all.put((long) each.pid(), each);
            }
        }

        /** For how many seconds the process runs; 0 if there is none. */
        double uptime(long pid) {
            ProcessEntry seen = all.get(pid);
            long ticks = seen == null ? 0 : Math.round(uptime * HUNDREDTHS) - seen.startTicks();
            return Math.max(0, (double) ticks / HUNDREDTHS);
        }

        /** What the service uses whose program has this pid. */
        ServiceUse of(long program) {
            int processes = 0;
            long ticks = 0;
            long bytes = 0;
            for (ProcessEntry each : all.values()) {
                if (belongs(each, program)) {
                    processes++;
                    ticks += ticks(each.pid());
                    bytes += memory(each.pid());
                }
            }
            return new ServiceUse(processes, ticks, bytes);
        }

        private boolean belongs(ProcessEntry process, long program) {
            ProcessEntry next = process;
            // Not more steps than there are processes: the look took some time, in which pids may have been given anew.
            for (int steps = 0; next != null && steps <= all.size(); steps++) {
                if (next.pid() == program || next.group() == program || next.session() == program) {
                    return true;
                }
                next = all.get((long) next.parent());
            }
            return false;
        }

        private static long ticks(int pid) {
            try {
                String stat = ProcFile.text(Path.of("/proc", Integer.toString(pid), "stat"));
                String[] fields = ProcessEntry.fields(stat, CHILDREN_SYSTEM_TIME);
                long ticks = 0;
                for (int at = USER_TIME; at <= CHILDREN_SYSTEM_TIME; at++) {
                    ticks += Long.parseLong(fields[at]);
                }
                return ticks;
            } catch (IOException e) {
                return 0; // it has ended meanwhile
            }
        }

        private static long memory(int pid) {
            try {
                String rollup = ProcFile.text(Path.of("/proc", Integer.toString(pid), "smaps_rollup"));
                for (String line : rollup.lines().toList()) {
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
