package dev.leash.cli.up;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The last lines of all services, and what they write from now on. For any thread. */
final class LogFeed implements AutoCloseable {
    /** Of each service, and at least of each if there are many. */
    private static final int KEPT_BYTES = 64 << 10;

    private static final int KEPT_OF_MANY_BYTES = 4 << 10;

    /** Of all services, as long as each may have the least. */
    private static final int KEPT_OF_ALL_BYTES = 16 << 20;

    /** A longer line comes in pieces. */
    private static final int LONGEST = 16 << 10;

    /** What a line takes besides its bytes. */
    private static final int OVERHEAD = 64;

    /**
     * One line without its end.
     *
     * @param number of all lines of all services, counting up
     */
    record Line(long number, String service, byte[] bytes) {}

    /** What is kept, and a follower of what comes. */
    record View(List<Line> past, Feed<Line>.Follower future) {}

    private static final class Past {
        private final Deque<Line> lines = new ArrayDeque<>();
        private int bytes;

        void add(Line line, int most) {
            lines.addLast(line);
            bytes += line.bytes().length + OVERHEAD;
            while (bytes > most && lines.size() > 1) {
                bytes -= lines.removeFirst().bytes().length + OVERHEAD;
            }
        }
    }

    /** Guarded by this. */
    private final Map<String, Past> past = new HashMap<>();

    private long lines;
    private final Feed<Line> feed = new Feed<>(line -> line.bytes().length + OVERHEAD);

    /** Takes what one stream of a service writes, in all its runs. Its end ends the line only. */
    OutputStream stream(String service) {
        return new Stream(service);
    }

    private final class Stream extends OutputStream {
        private final String service;
        private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

        Stream(String service) {
            this.service = service;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int start = offset;
            for (int at = offset; at < offset + length; at++) {
                boolean ends = bytes[at] == '\n';
                if (ends || begun.size() + (at + 1 - start) >= LONGEST) {
                    begun.write(bytes, start, at + (ends ? 0 : 1) - start);
                    end();
                    start = at + 1;
                }
            }
            begun.write(bytes, start, offset + length - start);
        }

        private void end() {
            add(service, begun.toByteArray());
            begun.reset();
        }

        @Override
        public void close() {
            if (begun.size() > 0) {
                end();
            }
        }
    }

    private synchronized void add(String service, byte[] bytes) {
        Line line = new Line(++lines, service, bytes);
        Past kept = past.computeIfAbsent(service, name -> new Past());
        kept.add(line, Math.clamp(KEPT_OF_ALL_BYTES / past.size(), KEPT_OF_MANY_BYTES, KEPT_BYTES));
        feed.pass(line);
    }

    /** The last {@code most} lines of some services, in their order. */
    synchronized List<Line> last(Predicate<String> wanted, int most) {
        List<Line> all = new ArrayList<>();
        past.forEach((service, kept) -> {
            if (wanted.test(service)) {
                all.addAll(kept.lines);
            }
        });
        all.sort(Comparator.comparingLong(Line::number));
        return List.copyOf(all.subList(Math.max(0, all.size() - most), all.size()));
    }

    /** The same, and all that come after them. */
    synchronized View follow(Predicate<String> wanted, int most) {
        return new View(last(wanted, most), feed.follow(line -> wanted.test(line.service())));
    }

    /** Forgets the lines of all other services. */
    synchronized void keep(Set<String> services) {
        past.keySet().retainAll(services);
    }

    @Override
    public void close() {
        feed.close();
    }
}
