package dev.leash.internal.run;

import static dev.leash.Cause.CANCELLED;
import static dev.leash.Cause.OUTPUT_LIMIT;
import static dev.leash.internal.run.Event.CONSUMERS_DONE;
import static dev.leash.internal.run.Event.DELIVERY_TIME_OVER;
import static dev.leash.internal.run.Event.DRAIN_TIME_OVER;
import static dev.leash.internal.run.Event.FOUND;
import static dev.leash.internal.run.Event.HOLDERS_DUE;
import static dev.leash.internal.run.Event.KILL_DUE;
import static dev.leash.internal.run.Event.KILL_WAIT_OVER;
import static dev.leash.internal.run.Event.LAST_EXIT;
import static dev.leash.internal.run.Event.PIPES_AT_END;
import static dev.leash.internal.run.Event.SET_EMPTY;
import static dev.leash.internal.run.Event.STEP_DUE;
import static dev.leash.internal.run.State.DELIVERING;
import static dev.leash.internal.run.State.DONE;
import static dev.leash.internal.run.State.DRAINING;
import static dev.leash.internal.run.State.KILLED;
import static dev.leash.internal.run.State.LINGERING;
import static dev.leash.internal.run.State.RUNNING;
import static dev.leash.internal.run.State.SEARCHING;
import static dev.leash.internal.run.State.SWEEPING;
import static dev.leash.internal.run.State.WAITING;
import static dev.leash.internal.run.TableRow.FAILURE;
import static dev.leash.internal.run.TableRow.LOOK;
import static dev.leash.internal.run.TableRow.row;
import static dev.leash.internal.run.TableRow.stop;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Cause;
import dev.leash.internal.run.TableRow.Scene;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole table of a run, row by row. Unless a row says otherwise, the deadline is a minute away, KILL comes 2 s after
 * TERM and has 5 s to take effect, the drain time is a second, all members are reached without a search, and one at
 * least outlives the programs.
 */
@Timeout(60)
class RunTableTest {
    /** The pairs that mean nothing: apart from the look for exits, no effect, and the state stays. */
    private static Map<State, Set<Event.Kind>> ignored() {
        Map<State, Set<Event.Kind>> ignored = new EnumMap<>(State.class);
        ignored.put(RUNNING, everythingBut(Event.Kind.STOP, Event.Kind.LAST_EXIT, Event.Kind.UNWANTED));
        ignored.put(SEARCHING, everythingBut(Event.Kind.STOP, Event.Kind.LAST_EXIT, Event.Kind.FOUND));
        ignored.put(WAITING, everythingBut(Event.Kind.STOP, Event.Kind.LAST_EXIT, Event.Kind.STEP_DUE));
        ignored.put(
                KILLED,
                everythingBut(Event.Kind.STOP, Event.Kind.LAST_EXIT, Event.Kind.KILL_DUE, Event.Kind.KILL_WAIT_OVER));
        ignored.put(
                LINGERING, everythingBut(Event.Kind.STOP, Event.Kind.FOUND, Event.Kind.STEP_DUE, Event.Kind.SET_EMPTY));
        ignored.put(SWEEPING, everythingBut(Event.Kind.STOP, Event.Kind.LAST_EXIT, Event.Kind.SET_EMPTY));
        ignored.put(
                DRAINING,
                everythingBut(
                        Event.Kind.STOP,
                        Event.Kind.LAST_EXIT,
                        Event.Kind.PIPES_AT_END,
                        Event.Kind.HOLDERS_DUE,
                        Event.Kind.DRAIN_TIME_OVER,
                        Event.Kind.CONSUMERS_DONE));
        ignored.put(
                DELIVERING,
                everythingBut(
                        Event.Kind.STOP,
                        Event.Kind.LAST_EXIT,
                        Event.Kind.CONSUMERS_DONE,
                        Event.Kind.DELIVERY_TIME_OVER,
                        Event.Kind.UNWANTED));
        ignored.put(DONE, everythingBut());
        return ignored;
    }

    private static Set<Event.Kind> everythingBut(Event.Kind... handled) {
        Set<Event.Kind> rest = EnumSet.allOf(Event.Kind.class);
        rest.removeAll(List.of(handled));
        rest.remove(Event.Kind.FAILURE); // which each state handles
        return rest;
    }

    private static Event anEvent(Event.Kind kind) {
        return switch (kind) {
            case STOP -> stop(CANCELLED);
            case UNWANTED -> Event.unwanted(OUTPUT_LIMIT);
            case FAILURE -> FAILURE;
            case LAST_EXIT -> LAST_EXIT;
            case FOUND -> FOUND;
            case STEP_DUE -> STEP_DUE;
            case KILL_DUE -> KILL_DUE;
            case KILL_WAIT_OVER -> KILL_WAIT_OVER;
            case SET_EMPTY -> SET_EMPTY;
            case PIPES_AT_END -> PIPES_AT_END;
            case HOLDERS_DUE -> HOLDERS_DUE;
            case DRAIN_TIME_OVER -> DRAIN_TIME_OVER;
            case CONSUMERS_DONE -> CONSUMERS_DONE;
            case DELIVERY_TIME_OVER -> DELIVERY_TIME_OVER;
        };
    }

    static List<TableRow> handledRows() {
        List<TableRow> rows = new ArrayList<>();
        rows.addAll(StoppingRows.running());
        rows.addAll(StoppingRows.searching());
        rows.addAll(StoppingRows.stopping());
        rows.addAll(EndingRows.lingering());
        rows.addAll(EndingRows.ending());
        rows.addAll(EndingRows.failures());
        return rows;
    }

    static List<TableRow> ignoredRows() {
        List<TableRow> rows = new ArrayList<>();
        ignored().forEach((state, kinds) -> {
            Scene scene = new Scene(state);
            Cause cause = scene.table.cause();
            for (Event.Kind kind : kinds) {
                TableRow row = row(state, anEvent(kind), "means nothing").then(state, cause);
                boolean programsRun = state.compareTo(LINGERING) < 0;
                rows.add(programsRun && kind != Event.Kind.LAST_EXIT ? row.does(LOOK) : row);
            }
        });
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("handledRows")
    void eachPairThatMeansSomething(TableRow row) {
        row.check();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ignoredRows")
    void eachPairThatMeansNothing(TableRow row) {
        row.check();
    }

    @Test
    void eachPairOfStateAndEventIsEitherHandledByARowOrVisiblyIgnored() {
        Set<String> handled = new TreeSet<>();
        handledRows().forEach(row -> handled.add(row.from + " × " + row.event.kind()));
        Set<String> wrong = new TreeSet<>();
        for (State state : State.values()) {
            for (Event.Kind kind : Event.Kind.values()) {
                String pair = state + " × " + kind;
                boolean isIgnored = ignored().get(state).contains(kind);
                if (isIgnored == handled.contains(pair)) {
                    wrong.add(pair);
                }
            }
        }
        assertEquals(Set.of(), wrong, "pairs without a row, or both handled and ignored");
    }
}
