package dev.leash.internal.logfile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The log files that this JVM has open, by their real paths, and how many services each of them has. Two services that
 * log to one file share it: each alone would rotate the other's file away.
 */
final class SharedLogs {
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    private SharedLogs() {}

    private static final class Shared {
        final SharedLog log;
        int users = 1;

        Shared(SharedLog log) {
            this.log = log;
        }
    }

    static SharedLog join(LogSettings settings, byte[] path) throws IOException {
        // Opened first: only then has it a real path, and to open it may take its time, which others need not wait for.
        SharedLog fresh = SharedLog.open(settings, path);
        SharedLog joined = enter(fresh);
        if (joined != fresh) {
            fresh.close();
            try {
                joined.adopt(settings);
            } catch (IOException e) {
                leave(joined);
                throw e;
            }
        }
        return joined;
    }

    private static SharedLog enter(SharedLog fresh) {
        synchronized (OPEN) {
            Shared shared = OPEN.get(fresh.path());
            if (shared == null) {
                OPEN.put(fresh.path(), new Shared(fresh));
                return fresh;
            }
            shared.users++;
            return shared.log;
        }
    }

    static void leave(SharedLog log) {
        synchronized (OPEN) {
            Shared shared = OPEN.get(log.path());
            if (shared == null || --shared.users > 0) {
                return;
            }
            OPEN.remove(log.path());
        }
        log.close();
    }
}
