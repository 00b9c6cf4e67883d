package dev.leash.support;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a logger logs while this is open. It goes nowhere else. */
public final class RecordedLog extends Handler implements AutoCloseable {
    private final Logger logger; // kept: the JDK forgets one that nobody holds
    private final List<LogRecord> events = new CopyOnWriteArrayList<>();

    /** That of the library. */
    public RecordedLog() {
        this("dev.leash");
    }

    /** That of this name. */
    public RecordedLog(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    /** The messages so far. */
    public List<String> messages() {
        return events.stream().map(new SimpleFormatter()::formatMessage).toList();
    }

    /** The same behind their levels. */
    public List<String> lines() {
        SimpleFormatter formatter = new SimpleFormatter();
        return events.stream()
                .map(event -> event.getLevel() + " " + formatter.formatMessage(event))
                .toList();
    }

    /** Those that contain {@code subject}. */
    public List<String> about(Object subject) {
        return messages().stream().filter(m -> m.contains(subject.toString())).toList();
    }

    @Override
    public void publish(LogRecord event) {
        events.add(event);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.setUseParentHandlers(true);
        logger.removeHandler(this);
    }
}
