package dev.leash.internal.run;

import static dev.leash.internal.run.RecordingEffects.MILLI;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Cause;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.spec.StopStep;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One row of a {@link RunTable}: in a state, when an event happens, these effects follow, and this state is next. */
final class TableRow {
    static final StopStep TERM = new StopStep(15, 2_000 * MILLI);
    static final StopStep KILL = new StopStep(StopStep.SIGKILL, 0);
    static final List<StopStep> PLAN = List.of(TERM, KILL);
    static final List<StopStep> KILL_ONLY = List.of(KILL);
    static final long DEADLINE_MILLIS = 60_000;

    static final Event FAILURE = Event.failure(new IllegalStateException("thrown"));

    // What the effects of many rows begin or end with.
    static final String DRAIN = "cancelTimer, cancelSearch(kill), leaveGuardian, drain";
    static final String DRAIN_LEAVING = "cancelTimer, cancelSearch(continue), leaveGuardian, drain";
    static final String SWEEP_AFTER_KILL = "cancelTimer, cancelSearch(kill), sweep(after KILL)";
    static final String SWEEP = "cancelTimer, cancelSearch(kill), sweep";
    static final String CLIMB = "cancelTimer, cancelSearch(continue), learnMembers";
    static final String CLIMB_ALONE = "cancelTimer, cancelSearch(continue)";
    static final String GONE = "programsGone, endIdleTimer";
    static final String TERM_SENT = "signal(15), timer(STEP_DUE in 2000 ms)";
    static final String KILL_SENT = "signal(9 last), timer(KILL_WAIT_OVER in 5000 ms)";
    static final String EXIT_AWAITED = "timer(STEP_DUE in 1000 ms)";
    static final String HALF_THE_TIME = "timer(HOLDERS_DUE in 500 ms)";
    static final String A_LAST_LOOK = "timer(DRAIN_TIME_OVER in 1 ms)";
    static final String LOOK = "look";

    final State from;
    final Event event;
    private final String name;
    private final List<Consumer<Scene>> before = new ArrayList<>();
    private boolean leave;
    private long deadlineMillis = DEADLINE_MILLIS;
    private long drainMillis = 1_000;
    private List<String> effects = List.of();
    private State to;
    private Cause cause = Cause.EXITED;

    /** A table, the world it acts on, and the events that brought it into its state. */
    static final class Scene {
        final RecordingEffects world = new RecordingEffects();
        final RunTable table;

        Scene(boolean leave, long deadlineMillis, long drainMillis) {
            long deadline = deadlineMillis == TimerQueue.NEVER ? TimerQueue.NEVER : deadlineMillis * MILLI;
            table = new RunTable(new RunTable.Rules(PLAN, deadline, leave, drainMillis * MILLI, 5_000 * MILLI), world);
            table.begin();
        }

        Scene(State state) {
            this(false, DEADLINE_MILLIS, 1_000);
            bringTo(state);
        }

        void bringTo(State state) {
            switch (state) {
                case RUNNING -> {}
                case SEARCHING -> {
                    world.reachesAll = false;
                    table.handle(Event.stop(Cause.CANCELLED, PLAN));
                }
                case WAITING -> table.handle(Event.stop(Cause.CANCELLED, PLAN));
                case KILLED -> table.handle(Event.stop(Cause.CANCELLED, KILL_ONLY));
                case LINGERING -> {
                    table.handle(Event.stop(Cause.CANCELLED, PLAN));
                    table.handle(Event.LAST_EXIT);
                }
                case SWEEPING -> table.handle(Event.LAST_EXIT);
                case DRAINING -> {
                    world.provenEmpty = true;
                    table.handle(Event.LAST_EXIT);
                }
                case DELIVERING -> {
                    world.provenEmpty = true;
                    world.pipesAtEnd = true;
                    table.handle(Event.LAST_EXIT);
                }
                case DONE -> {
                    world.provenEmpty = true;
                    world.pipesAtEnd = true;
                    world.consumersDone = true;
                    table.handle(Event.LAST_EXIT);
                }
            }
            assertEquals(state, table.state(), "the way to the state of this row");
            world.done.clear();
        }
    }

    static TableRow row(State from, Event event, String name) {
        return new TableRow(name, from, event);
    }

    static Event stop(Cause cause) {
        return Event.stop(cause, PLAN);
    }

    private TableRow(String name, State from, Event event) {
        this.name = name;
        this.from = from;
        this.event = event;
        this.to = from;
    }

    TableRow leaving() {
        leave = true;
        return this;
    }

    TableRow deadline(long millis) {
        deadlineMillis = millis;
        return this;
    }

    TableRow drain(long millis) {
        drainMillis = millis;
        return this;
    }

    /** What is so, or has happened since the state was entered. */
    TableRow where(Consumer<RecordingEffects> world) {
        before.add(scene -> world.accept(scene.world));
        return this;
    }

    /** These have happened before, in the same state or on the way to it. */
    TableRow after(Event... events) {
        before.add(scene -> List.of(events).forEach(scene.table::handle));
        return this;
    }

    TableRow blamed(Cause unwanted) {
        before.add(scene -> scene.table.blame(unwanted));
        return this;
    }

    TableRow exited() {
        return where(world -> world.programsExited = true);
    }

    TableRow does(String... expected) {
        effects = List.of(String.join(", ", expected).split(", "));
        return this;
    }

    TableRow then(State state, Cause decided) {
        to = state;
        cause = decided;
        return this;
    }

    void check() {
        Scene scene = new Scene(leave, deadlineMillis, drainMillis);
        scene.bringTo(from);
        before.forEach(step -> step.accept(scene));
        assertEquals(from, scene.table.state(), "the state before the event");
        scene.world.done.clear();
        scene.table.handle(event);
        assertEquals(String.join("\n", effects), String.join("\n", scene.world.done), "effects");
        assertEquals(to, scene.table.state(), "next state");
        assertEquals(cause, scene.table.cause(), "cause");
    }

    @Override
    public String toString() {
        return from + " × " + event.kind() + ": " + name;
    }
}
