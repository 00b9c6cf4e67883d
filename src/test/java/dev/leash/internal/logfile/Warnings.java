package dev.leash.internal.logfile;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged as a problem while this is open. */
final class Warnings extends Handler implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger("dev.leash");

    private final List<String> all = new CopyOnWriteArrayList<>();

    Warnings() {
        LOGGER.addHandler(this);
        LOGGER.setUseParentHandlers(false);
    }

    List<String> about(Object path) {
        return all.stream().filter(w -> w.contains(path.toString())).toList();
    }

    @Override
    public void publish(LogRecord event) {
        all.add(event.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.setUseParentHandlers(true);
        LOGGER.removeHandler(this);
    }
}
