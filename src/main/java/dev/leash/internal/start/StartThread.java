package dev.leash.internal.start;

import dev.leash.SpawnException;
import dev.leash.internal.sys.Background;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.SystemCallException;

/** The thread of a start that has one of its own. */
final class StartThread {
    private StartThread() {}

    /** Starts it. From before its first step until it says that it is over, the resources are its own. */
    static void begin(StartResources resources, Thread starting) throws SpawnException {
        boolean begun = false;
        resources.spawning = true;
        try {
            starting.start();
            begun = true;
        } catch (OutOfMemoryError e) {
            if (Background.isLimit(e)) {
                throw HookedStart.failure(
                        resources.spec(),
                        SpawnException.Kind.LIMIT,
                        new SystemCallException("no thread to start it on: " + Background.LIMIT, Errno.EAGAIN));
            }
            throw e;
        } finally {
            if (!begun) {
                resources.spawning = false;
            }
        }
    }
}
