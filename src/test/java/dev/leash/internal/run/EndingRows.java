package dev.leash.internal.run;

import static dev.leash.Cause.CANCELLED;
import static dev.leash.Cause.CLOSED;
import static dev.leash.Cause.EXITED;
import static dev.leash.Cause.FAILED;
import static dev.leash.Cause.IDLE;
import static dev.leash.Cause.OUTPUT_LIMIT;
import static dev.leash.Cause.TIMED_OUT;
import static dev.leash.internal.run.Event.CONSUMERS_DONE;
import static dev.leash.internal.run.Event.DELIVERY_TIME_OVER;
import static dev.leash.internal.run.Event.DRAIN_TIME_OVER;
import static dev.leash.internal.run.Event.FOUND;
import static dev.leash.internal.run.Event.HOLDERS_DUE;
import static dev.leash.internal.run.Event.LAST_EXIT;
import static dev.leash.internal.run.Event.PIPES_AT_END;
import static dev.leash.internal.run.Event.SET_EMPTY;
import static dev.leash.internal.run.Event.STEP_DUE;
import static dev.leash.internal.run.State.DELIVERING;
import static dev.leash.internal.run.State.DONE;
import static dev.leash.internal.run.State.DRAINING;
import static dev.leash.internal.run.State.LINGERING;
import static dev.leash.internal.run.State.SWEEPING;
import static dev.leash.internal.run.TableRow.A_LAST_LOOK;
import static dev.leash.internal.run.TableRow.CLIMB_ALONE;
import static dev.leash.internal.run.TableRow.DRAIN;
import static dev.leash.internal.run.TableRow.FAILURE;
import static dev.leash.internal.run.TableRow.HALF_THE_TIME;
import static dev.leash.internal.run.TableRow.KILL_ONLY;
import static dev.leash.internal.run.TableRow.SWEEP;
import static dev.leash.internal.run.TableRow.TERM_SENT;
import static dev.leash.internal.run.TableRow.row;
import static dev.leash.internal.run.TableRow.stop;

import dev.leash.internal.run.TableRow.Scene;
import java.util.ArrayList;
import java.util.List;

/** The rows of the states in which the programs are gone, and of failures in all states. */
final class EndingRows {
    private EndingRows() {}

    static List<TableRow> lingering() {
        return List.of(
                row(LINGERING, stop(CLOSED), "the newest plan counts for the rest, too")
                        .does(CLIMB_ALONE, TERM_SENT)
                        .then(LINGERING, CANCELLED),
                row(LINGERING, Event.stop(CANCELLED, KILL_ONLY), "KILL of the rest is the sweep's")
                        .does(CLIMB_ALONE, "recordStep(9)", SWEEP)
                        .then(SWEEPING, CANCELLED),
                row(LINGERING, STEP_DUE, "members that are not reached are searched for, and frozen before KILL")
                        .where(world -> world.reachesAll = false)
                        .does(CLIMB_ALONE, "search(freeze)")
                        .then(LINGERING, CANCELLED),
                row(LINGERING, STEP_DUE, "the rest has had its time")
                        .does(CLIMB_ALONE, "recordStep(9)", SWEEP)
                        .then(SWEEPING, CANCELLED),
                row(LINGERING, FOUND, "the rest gets the step that it was searched for")
                        .where(world -> world.reachesAll = false)
                        .after(stop(CANCELLED))
                        .does(TERM_SENT)
                        .then(LINGERING, CANCELLED),
                row(LINGERING, FOUND, "and KILL by the sweep")
                        .where(world -> world.reachesAll = false)
                        .after(STEP_DUE)
                        .does("recordStep(9)", SWEEP)
                        .then(SWEEPING, CANCELLED),
                row(LINGERING, SET_EMPTY, "all has gone in time")
                        .does(DRAIN, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED));
    }

    static List<TableRow> ending() {
        return List.of(
                row(SWEEPING, stop(TIMED_OUT), "a deadline asks for nothing any more")
                        .then(SWEEPING, EXITED),
                row(SWEEPING, stop(IDLE), "nor does silence").then(SWEEPING, EXITED),
                row(SWEEPING, stop(CANCELLED), "is over soon; the sweep goes on")
                        .then(SWEEPING, EXITED),
                row(SWEEPING, SET_EMPTY, "all has gone")
                        .does(DRAIN, HALF_THE_TIME)
                        .then(DRAINING, EXITED),
                row(SWEEPING, SET_EMPTY, "after a cancel no holder of a pipe is waited for")
                        .after(stop(CANCELLED))
                        .does(DRAIN, A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(SWEEPING, SET_EMPTY, "after a deadline it is")
                        .after(stop(TIMED_OUT))
                        .does(DRAIN, HALF_THE_TIME)
                        .then(DRAINING, EXITED),
                row(SWEEPING, SET_EMPTY, "survivors may hold the pipes, and have been waited for")
                        .where(world -> world.survivors = true)
                        .does(DRAIN, A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(SWEEPING, SET_EMPTY, "after a cancel consumers have the drain time")
                        .after(stop(CANCELLED))
                        .where(world -> world.pipesAtEnd = true)
                        .does(DRAIN, "cancelTimer", "timer(DELIVERY_TIME_OVER in 1000 ms)")
                        .then(DELIVERING, EXITED),
                row(SWEEPING, LAST_EXIT, "is known already").then(SWEEPING, EXITED),
                row(DRAINING, stop(TIMED_OUT), "a deadline asks for nothing any more")
                        .then(DRAINING, EXITED),
                row(DRAINING, stop(CANCELLED), "no holder of a pipe is waited for any longer")
                        .does("cancelTimer", A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(DRAINING, stop(CLOSED), "the second time means nothing")
                        .after(stop(CANCELLED))
                        .then(DRAINING, EXITED),
                row(DRAINING, LAST_EXIT, "is known already").then(DRAINING, EXITED),
                row(DRAINING, PIPES_AT_END, "consumers take the rest")
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 60000 ms)")
                        .then(DELIVERING, EXITED),
                row(DRAINING, PIPES_AT_END, "consumers have the drain time at least")
                        .where(world -> world.nowMillis = 70_000)
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 1000 ms)")
                        .then(DELIVERING, EXITED),
                row(DRAINING, CONSUMERS_DONE, "which means that the pipes are at their ends, too")
                        .where(world -> world.consumersDone = true)
                        .does("cancelTimer", "cancelTimer", "finish")
                        .then(DONE, EXITED),
                row(DRAINING, HOLDERS_DUE, "half of the time is left to look who holds the pipes")
                        .does("lookForHolders", "timer(DRAIN_TIME_OVER in 500 ms)")
                        .then(DRAINING, EXITED),
                row(DRAINING, DRAIN_TIME_OVER, "a start may hold the pipes for a moment: look once more")
                        .does(A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(DRAINING, DRAIN_TIME_OVER, "and again, after growing pauses")
                        .after(DRAIN_TIME_OVER, DRAIN_TIME_OVER)
                        .does("timer(DRAIN_TIME_OVER in 4 ms)")
                        .then(DRAINING, EXITED),
                row(DRAINING, DRAIN_TIME_OVER, "the looks have an end")
                        .after(DRAIN_TIME_OVER)
                        .where(world -> world.nowMillis += 32)
                        .does("abandonPipes", "cancelTimer", "timer(DELIVERY_TIME_OVER in 59968 ms)")
                        .then(DELIVERING, EXITED),
                row(DELIVERING, stop(TIMED_OUT), "a deadline has been counted in")
                        .then(DELIVERING, EXITED),
                row(DELIVERING, stop(CANCELLED), "consumers have the drain time and no more")
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 1000 ms)")
                        .then(DELIVERING, EXITED),
                row(DELIVERING, stop(CANCELLED), "a cancel does not give consumers more time than they have")
                        .blamed(FAILED)
                        .after(Event.unwanted(FAILED))
                        .where(world -> world.nowMillis += 500)
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 500 ms)")
                        .then(DELIVERING, FAILED),
                row(DELIVERING, Event.unwanted(FAILED), "user code has thrown: the other consumers have the drain time")
                        .blamed(FAILED)
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 1000 ms)")
                        .then(DELIVERING, FAILED),
                row(DELIVERING, Event.unwanted(FAILED), "the second throw does not give consumers more time")
                        .blamed(FAILED)
                        .after(Event.unwanted(FAILED))
                        .where(world -> world.nowMillis += 500)
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 500 ms)")
                        .then(DELIVERING, FAILED),
                row(
                                DELIVERING,
                                Event.unwanted(OUTPUT_LIMIT),
                                "a limit after a cancel does not give consumers more time")
                        .after(stop(CANCELLED))
                        .where(world -> world.nowMillis += 500)
                        .blamed(OUTPUT_LIMIT)
                        .does("cancelTimer", "timer(DELIVERY_TIME_OVER in 500 ms)")
                        .then(DELIVERING, OUTPUT_LIMIT),
                row(DELIVERING, LAST_EXIT, "is known already").then(DELIVERING, EXITED),
                row(DELIVERING, CONSUMERS_DONE, "is the end")
                        .does("cancelTimer", "finish")
                        .then(DONE, EXITED),
                row(DELIVERING, DELIVERY_TIME_OVER, "is the end, too")
                        .does("giveUpOnConsumers", "cancelTimer", "finish")
                        .then(DONE, EXITED));
    }

    static List<TableRow> failures() {
        List<TableRow> rows = new ArrayList<>();
        for (State state : State.values()) {
            TableRow row = row(state, FAILURE, "ends it, and is told, wherever it is")
                    .then(DONE, new Scene(state).table.cause());
            rows.add(
                    state == DONE
                            ? row.does("failLate(thrown)")
                            : row.does("cancelTimer", "cancelSearch(kill)", "fail(thrown)"));
        }
        return rows;
    }
}
