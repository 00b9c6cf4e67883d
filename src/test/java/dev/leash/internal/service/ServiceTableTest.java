package dev.leash.internal.service;

import static dev.leash.internal.service.Phase.BACKING_OFF;
import static dev.leash.internal.service.Phase.DONE;
import static dev.leash.internal.service.Phase.FAILED;
import static dev.leash.internal.service.Phase.READY;
import static dev.leash.internal.service.Phase.STARTING;
import static dev.leash.internal.service.Phase.STOPPED;
import static dev.leash.internal.service.Phase.STOPPING;
import static dev.leash.internal.service.Phase.UNREADY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.service.Event.Timing;
import dev.leash.internal.service.RestartRules.Mode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of a service, stepped without a process and without a clock. */
@Timeout(60)
class ServiceTableTest {
    private static final long SECOND = 1_000_000_000;
    private static final Event FAILURE = new Event.Ended(false, "exit code 1");
    private static final Event SUCCESS = new Event.Ended(true, "exit code 0");

    private final List<String> log = new ArrayList<>();
    private final Map<Timing, Long> armed = new EnumMap<>(Timing.class);
    private final Effects effects = new Effects() {
        @Override
        public void start() {
            assertEquals(0, live + starting, "one run at a time");
            starting++;
            log.add("start");
        }

        @Override
        public void stop() {
            assertEquals(1, live, "there is something to stop");
            log.add("stop");
        }

        @Override
        public void watchReadiness() {
            log.add("readiness");
        }

        @Override
        public void watchHealth() {
            log.add("health");
        }

        @Override
        public void watchNothing() {}

        @Override
        public void arm(Timing timing, long dueNanos) {
            armed.put(timing, dueNanos);
        }

        @Override
        public void disarm(Timing timing) {
            armed.remove(timing);
        }

        @Override
        public void changed(Phase phase, String why) {
            log.add(phase + (why.isEmpty() ? "" : ": " + why));
        }
    };
    private int live;
    private int starting;
    private long now = 1_000 * SECOND;
    private ServiceTable table = table(Mode.ON_FAILURE, 3, Long.MAX_VALUE, 1);

    private ServiceTable table(Mode mode, int most, long startNanos, int failures) {
        RestartRules restart = new RestartRules(mode, SECOND, 8 * SECOND, 2, 0, 60 * SECOND, most, 600 * SECOND);
        return new ServiceTable(new ServiceTable.Rules(restart, startNanos, failures), effects, () -> 0.5);
    }

    private void tell(Event event) {
        switch (event) {
            case Event.Started started -> {
                starting--;
                live++;
            }
            case Event.NotStarted not -> starting--;
            case Event.Ended ended -> live--;
            default -> {}
        }
        table.handle(event, now);
    }

    private void run() {
        tell(new Event.Start());
        tell(new Event.Started());
        tell(new Event.Ready());
    }

    private void pass(long nanos) {
        now += nanos;
        for (Timing timing : Timing.values()) {
            Long due = armed.get(timing);
            if (due != null && due <= now) {
                armed.remove(timing);
                tell(new Event.Due(timing));
            }
        }
    }

    @Test
    void itIsReadyWhenItSaysSo() {
        run();
        assertEquals(List.of("STARTING", "start", "readiness", "READY", "health"), log);
    }

    @Test
    void delaysGrowUpToTheLongestOne() {
        table = table(Mode.ALWAYS, RestartRules.UNLIMITED, Long.MAX_VALUE, 1);
        run();
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            tell(FAILURE);
            delays.add((armed.get(Timing.BACKOFF) - now) / SECOND);
            pass(8 * SECOND);
            tell(new Event.Started());
            tell(new Event.Ready());
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 8L, 8L), delays);
        pass(60 * SECOND);
        tell(FAILURE);
        assertEquals(SECOND, armed.get(Timing.BACKOFF) - now, "it was up for long");
        assertEquals(6, table.restarts());
    }

    @Test
    void oneRestartTooManyIsAFailureForGoodUntilItIsToldToStart() {
        run();
        for (int i = 0; i < 3; i++) {
            tell(FAILURE);
            assertEquals(BACKING_OFF, table.phase());
            pass(8 * SECOND);
            tell(new Event.Started());
        }
        tell(FAILURE);
        assertEquals(FAILED, table.phase());
        pass(10_000 * SECOND);
        assertEquals(FAILED, table.phase());
        run();
        assertEquals(READY, table.phase());
        tell(FAILURE);
        assertEquals(BACKING_OFF, table.phase(), "the count has begun anew");
    }

    @ParameterizedTest
    @CsvSource({
        "0, no restart is allowed: exit code 1",
        "1, 'restarted once, and again: exit code 1'",
        "2, 'restarted 2 times in a row, and again: exit code 1'"
    })
    void whyItIsGivenUpSaysHowOftenItWasRestarted(int most, String told) {
        table = table(Mode.ON_FAILURE, most, Long.MAX_VALUE, 1);
        run();
        tell(FAILURE);
        for (int restart = 0; restart < most; restart++) {
            pass(8 * SECOND);
            tell(new Event.Started());
            tell(FAILURE);
        }
        assertEquals("FAILED: " + told, log.getLast());
    }

    @Test
    void restartsThatAreLongAgoDoNotCount() {
        run();
        for (int i = 0; i < 20; i++) {
            pass(300 * SECOND);
            tell(FAILURE);
            assertEquals(BACKING_OFF, table.phase(), "restart " + i);
            pass(SECOND);
            tell(new Event.Started());
            tell(new Event.Ready());
        }
    }

    @Test
    void moreTimeTakesNothingAway() {
        table = table(Mode.ON_FAILURE, 3, 5 * SECOND, 1);
        tell(new Event.Start());
        tell(new Event.Started());
        pass(SECOND);
        tell(new Event.MoreTime(SECOND));
        pass(4 * SECOND - 1);
        assertEquals(STARTING, table.phase());
        pass(1);
        assertEquals(STOPPING, table.phase());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theModeSaysAfterWhichEndsItIsRestarted(Mode mode) {
        table = table(mode, 3, Long.MAX_VALUE, 1);
        run();
        tell(SUCCESS);
        assertEquals(mode == Mode.ALWAYS ? BACKING_OFF : DONE, table.phase());
        tell(new Event.Stop("told"));
        run();
        tell(FAILURE);
        assertEquals(mode == Mode.NEVER ? FAILED : BACKING_OFF, table.phase());
    }

    @Test
    void whatCannotBeStartedHasFailedToo() {
        tell(new Event.Start());
        tell(new Event.NotStarted("ENOENT"));
        assertEquals(BACKING_OFF, table.phase());
        assertEquals("BACKING_OFF: ENOENT", log.getLast());
    }

    @Test
    void whatIsNotReadyInTimeIsStoppedAndRestarted() {
        table = table(Mode.ON_FAILURE, 3, 5 * SECOND, 1);
        tell(new Event.Start());
        pass(100 * SECOND);
        tell(new Event.Started());
        pass(5 * SECOND - 1);
        assertEquals(STARTING, table.phase());
        tell(new Event.MoreTime(5 * SECOND));
        pass(5 * SECOND - 1);
        assertEquals(STARTING, table.phase(), "it has asked for more time");
        pass(1);
        assertEquals(STOPPING, table.phase());
        tell(new Event.Ready());
        assertEquals(STOPPING, table.phase(), "too late");
        tell(SUCCESS);
        assertEquals(BACKING_OFF, table.phase());
        assertEquals("BACKING_OFF: not ready in time", log.getLast());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void soManyFailedChecksInARowMakeItDead(int failures) {
        table = table(Mode.ON_FAILURE, 3, Long.MAX_VALUE, failures);
        run();
        for (int i = 1; i < failures; i++) {
            tell(new Event.Checked(false, "refused"));
            assertEquals(UNREADY, table.phase());
        }
        tell(new Event.Checked(true, ""));
        assertEquals(READY, table.phase());
        for (int i = 1; i < failures; i++) {
            tell(new Event.Checked(false, "refused"));
            assertEquals(UNREADY, table.phase(), "they do not add up");
        }
        tell(new Event.Checked(false, "refused"));
        assertEquals(STOPPING, table.phase());
        tell(SUCCESS);
        assertEquals(BACKING_OFF, table.phase(), "a failure, whatever its exit code");
    }

    @Test
    void aStopDuringTheStartStopsWhatWasStarted() {
        tell(new Event.Start());
        tell(new Event.Stop("told"));
        assertEquals(List.of("STARTING", "start", "STOPPING: told"), log);
        tell(new Event.Started());
        assertEquals("stop", log.getLast());
        tell(FAILURE);
        assertEquals("STOPPED: told", log.getLast());
    }

    @Test
    void aStartDuringTheStopStartsAnewWhenItHasEnded() {
        run();
        tell(new Event.Stop("told"));
        tell(new Event.Start());
        assertEquals(STOPPING, table.phase());
        tell(FAILURE);
        assertEquals(STARTING, table.phase());
        assertEquals(0, table.restarts());
        tell(new Event.Restart("told"));
        tell(new Event.Stop("told"));
        tell(new Event.Started());
        tell(FAILURE);
        assertEquals(STOPPED, table.phase(), "the last word counts");
    }

    @Test
    void aStopEndsTheWaitForTheNextStart() {
        run();
        tell(FAILURE);
        tell(new Event.Stop("told"));
        pass(100 * SECOND);
        assertEquals(STOPPED, table.phase());
        assertEquals(Map.of(), armed);
    }

    @Test
    void nothingIsStartedAfterTheClose() {
        run();
        tell(new Event.Closed());
        tell(FAILURE);
        tell(new Event.Start());
        assertEquals(STOPPED, table.phase());
        assertEquals(1, log.stream().filter("start"::equals).count());
    }

    /** Whatever happens in whatever order: one run at a time, no timer without its phase, and a stop is a stop. */
    @Test
    void noOrderOfEventsBreaksTheRules() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            log.clear();
            armed.clear();
            live = 0;
            starting = 0;
            table = table(
                    new ArrayList<>(EnumSet.allOf(Mode.class)).get(random.nextInt(3)),
                    1 + random.nextInt(4),
                    5 * SECOND,
                    1 + random.nextInt(3));
            for (int step = 0; step < 300; step++) {
                step(random);
                String where = "seed " + seed + ", " + log;
                assertEquals(armed.containsKey(Timing.BACKOFF), table.phase() == BACKING_OFF, where);
                assertTrue(!armed.containsKey(Timing.START_TIMEOUT) || table.phase() == STARTING, where);
                boolean runs = table.phase() == STARTING
                        || table.phase() == READY
                        || table.phase() == UNREADY
                        || table.phase() == STOPPING;
                assertEquals(runs, live + starting == 1, where);
            }
            tell(new Event.Stop("last"));
            if (starting == 1) {
                tell(new Event.Started());
            }
            if (live == 1) {
                tell(FAILURE);
            }
            assertTrue(
                    table.phase() == STOPPED || table.phase() == DONE,
                    table.phase().toString());
            assertEquals(Map.of(), armed);
        }
    }

    private void step(Random random) {
        switch (random.nextInt(11)) {
            case 0 -> tell(new Event.Start());
            case 1 -> tell(new Event.Stop("told"));
            case 2 -> tell(new Event.Restart("told"));
            case 3 -> tell(new Event.Ready());
            case 4 -> tell(new Event.Checked(random.nextBoolean(), "refused"));
            case 5 -> tell(new Event.Dead("watchdog"));
            case 6 -> tell(new Event.MoreTime(SECOND));
            case 7 -> tell(new Event.Hold("others", false));
            case 8 -> pass(random.nextLong(20 * SECOND));
            default -> {
                if (starting == 1) {
                    tell(random.nextInt(4) == 0 ? new Event.NotStarted("ENOENT") : new Event.Started());
                } else if (live == 1) {
                    tell(random.nextBoolean() ? SUCCESS : FAILURE);
                }
            }
        }
    }

    /** A service that crashes every ten seconds at most, for a day, is restarted each time, and the counts do not grow. */
    @Test
    void aDayOfRestarts() {
        table = table(Mode.ALWAYS, 1_000, Long.MAX_VALUE, 1);
        Random random = new Random(1);
        run();
        long end = now + 24 * 3_600 * SECOND;
        int crashes = 0;
        while (now < end) {
            pass(random.nextLong(10 * SECOND));
            tell(FAILURE);
            crashes++;
            pass(armed.get(Timing.BACKOFF) - now);
            tell(new Event.Started());
            tell(new Event.Ready());
            log.clear();
        }
        assertEquals(crashes, table.restarts());
        assertEquals(READY, table.phase());
    }
}
