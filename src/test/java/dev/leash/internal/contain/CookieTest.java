package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.contain.Cookie.Bearing;
import dev.leash.internal.proc.FileLockLimit;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.support.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who bears a {@link Cookie}, as /proc shows it. */
@Timeout(60)
class CookieTest {
    private final CallState state = CallState.create();
    private final Cookie cookie = Cookie.create();

    private Process start(boolean withCookie, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        if (withCookie) {
            builder.environment().put("LEASH_RUN", new String(cookie.value(), StandardCharsets.US_ASCII));
        }
        return builder.start();
    }

    private Bearing bearing(Process process) {
        ProcessEntry entry = read(process.pid());
        assertNotEquals(null, entry);
        return bearing(entry);
    }

    private ProcessEntry read(long pid) {
        try {
            return ProcessEntry.read(state, (int) pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Bearing bearing(ProcessEntry entry) {
        try {
            return cookie.bearing(state, entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertComesTo(Bearing expected, Process process) throws Exception {
        try {
            Eventually.eventually(expected.toString(), () -> bearing(process) == expected);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void bearerIsTold() throws Exception {
        assertComesTo(Bearing.YES, start(true, "sleep", "60"));
    }

    /** Its limit is lower than that of this process, so that any user may set it. */
    @Test
    void limitIsInheritedAndTellsTheRunsApart() throws Exception {
        Process process = start(false, "sh", "-c", "read line; env -i sleep 60 & exec sleep 60");
        try {
            Cookie other = Cookie.create();
            ProcessEntry entry = read(process.pid());
            assertNotEquals(null, entry);
            assertFalse(cookie.isMarked(state, entry));
            cookie.mark(state, entry.pid());
            assertTrue(cookie.isMarked(state, entry));
            assertFalse(other.isMarked(state, entry));
            process.getOutputStream().close();
            Eventually.eventually("its child has it", () -> process.children().anyMatch(child -> {
                ProcessEntry forked = read(child.pid());
                return forked != null && forked.name().equals("sleep") && isMarked(forked);
            }));
        } finally {
            process.children().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void limitIsNeverThatOfThisProcessAndNotOneOfAFew() throws Exception {
        Process process = start(false, "sleep", "60");
        try {
            ProcessEntry entry = read(process.pid());
            for (long own : new long[] {0, 1, 2, 3, 1000, 1L << 39}) {
                Cookie without = Cookie.below(own);
                without.mark(state, entry.pid());
                assertFalse(without.isMarked(state, entry), () -> "below " + own);
                // The guardian looks for these digits among all limits of all processes.
                long digits = Long.parseLong(without.id().substring(16), 16);
                assertTrue(digits >= 1L << 61, () -> "below " + own + ": " + digits);
                assertNotEquals(digits, Long.parseLong(Cookie.below(own).id().substring(16), 16));
            }
            assertEquals(FileLockLimit.of(state, (int) ProcessHandle.current().pid()), limitOf(process));
            for (long own : new long[] {1L << 62, 1L << 41, 1L << 40}) {
                Cookie with = Cookie.below(own);
                with.mark(state, entry.pid());
                assertTrue(with.isMarked(state, entry), () -> "below " + own);
                assertTrue(limitOf(process) < own && limitOf(process) >= own / 2, () -> "below " + own);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private long limitOf(Process process) throws IOException {
        return FileLockLimit.of(state, (int) process.pid());
    }

    private boolean isMarked(ProcessEntry entry) {
        try {
            return cookie.isMarked(state, entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void othersAreTold() throws Exception {
        assertComesTo(Bearing.NO, start(false, "sleep", "60"));
    }

    @Test
    void whoHasAnEmptyEnvironmentIsNoBearer() throws Exception {
        assertComesTo(Bearing.NO, start(true, "env", "-i", "sleep", "60"));
    }

    @Test
    void bearerWithALongEnvironmentIsTold() throws Exception {
        Process process = start(true, "sh", "-c", "A=$(head -c 100000 /dev/zero | tr '\\0' a) exec sleep 60");
        assertComesTo(Bearing.YES, process);
    }

    @Test
    void zombieIsNone() throws Exception {
        Process process = start(true, "sh", "-c", "sh -c 'exit 0' & exec sleep 60");
        try {
            Eventually.eventually("a zombie", () -> process.children().anyMatch(child -> {
                ProcessEntry entry = read(child.pid());
                return entry != null && entry.state() == 'Z' && bearing(entry) == Bearing.NO;
            }));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Among the looks at one that does nothing else, one in a hundred hits the middle of execve(2). */
    @Test
    void whoExecutesOnAndOnIsNeverTakenForAStranger() throws Exception {
        Process process = start(true, "sh", "-c", "AGAIN='exec sh -c \"$AGAIN\"'; export AGAIN; eval \"$AGAIN\"");
        try {
            Eventually.eventually("it has begun", () -> bearing(process) == Bearing.YES);
            Set<Bearing> seen = EnumSet.noneOf(Bearing.class);
            int looks = 0;
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while ((looks < 100_000 || !seen.contains(Bearing.NOT_KNOWN_YET)) && System.nanoTime() - end < 0) {
                seen.add(bearing(process));
                looks++;
            }
            assertTrue(process.isAlive());
            assertEquals(EnumSet.of(Bearing.YES, Bearing.NOT_KNOWN_YET), seen, looks + " looks");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
