package dev.leash.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/**
 * Compares the JVM before and after each test: descriptors, children (running or zombies), threads named leash…. Some
 * things end a moment after the test, so it waits a little for them. For a look within a test there is {@link #now}.
 *
 * <p>To be registered as an object, since JUnit may not create one: only packages with tests are open to it.
 *
 * {@snippet :
 * @RegisterExtension
 * static final LeakCheck LEAKS = new LeakCheck();
 * }
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Duration PATIENCE = Patience.seconds(10);
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakCheck.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(Baseline.class, now());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getStore(NAMESPACE).get(Baseline.class, Baseline.class).assertNothingLeaked();
    }

    /** What there is now. */
    public static Baseline now() {
        return new Baseline(things());
    }

    /** What there was, to be compared with what there is later. */
    public static final class Baseline {
        private final Map<String, Integer> before;

        private Baseline(Map<String, Integer> before) {
            this.before = before;
        }

        /** Fails if there is more of anything than before, and says what it is. */
        public void assertNothingLeaked() {
            if (!Eventually.within(PATIENCE, () -> leaked().isEmpty())) {
                throw new AssertionFailedError("leaked: " + String.join(", ", leaked()));
            }
        }

        /** What there is more of than before, at this moment. */
        public List<String> leaked() {
            List<String> leaked = new ArrayList<>();
            things().forEach((thing, count) -> {
                int more = count - before.getOrDefault(thing, 0);
                if (more > 0) {
                    leaked.add(more == 1 ? thing : more + " x " + thing);
                }
            });
            return leaked;
        }
    }

    /** How many there are of each. */
    private static Map<String, Integer> things() {
        Map<String, Integer> things = new TreeMap<>();
        for (String link : descriptors()) {
            things.merge("descriptor of " + link, 1, Integer::sum);
        }
        for (ProcScan.Info child : ProcScan.children()) {
            // PID 1 inherits the orphans of all others. What has lost its parent and ended is none that was started
            // here.
            if (ProcScan.self() == 1 && !child.alive()) {
                continue;
            }
            // Not by its name: that changes when it executes a program.
            things.merge((child.alive() ? "child " : "zombie ") + child.pid(), 1, Integer::sum);
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("leash") && !hasEnded(thread)) {
                things.merge("thread " + thread.getName(), 1, Integer::sum);
            }
        }
        return things;
    }

    /** The thread on which a child is made ends by itself, a moment after the start. */
    private static boolean hasEnded(Thread thread) {
        try {
            return thread.getName().equals("leash-start") && thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the JVM's descriptors refer to, without those that the JVM opens for itself at any time. */
    public static List<String> descriptors() {
        List<String> links = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String link;
                try {
                    link = Files.readSymbolicLink(descriptor).toString();
                } catch (IOException e) {
                    continue; // the one that the directory itself was read with
                }
                if (!ofTheJvm(link)) {
                    links.add(link);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return links;
    }

    private static boolean ofTheJvm(String link) {
        return link.endsWith(".jar")
                || link.endsWith("/lib/modules")
                || link.endsWith(".jsa")
                || link.endsWith(".so")
                || link.startsWith("/dev/random")
                || link.startsWith("/dev/urandom")
                || link.startsWith("/sys/") // the limits of its cgroup, which it looks up now and then
                || link.startsWith("/proc/");
    }
}
