package dev.leash.internal.run;

import static dev.leash.Cause.CANCELLED;
import static dev.leash.Cause.CLOSED;
import static dev.leash.Cause.EXITED;
import static dev.leash.Cause.FAILED;
import static dev.leash.Cause.IDLE;
import static dev.leash.Cause.OUTPUT_LIMIT;
import static dev.leash.Cause.TIMED_OUT;
import static dev.leash.internal.run.Event.FOUND;
import static dev.leash.internal.run.Event.KILL_DUE;
import static dev.leash.internal.run.Event.KILL_WAIT_OVER;
import static dev.leash.internal.run.Event.LAST_EXIT;
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
import static dev.leash.internal.run.TableRow.A_LAST_LOOK;
import static dev.leash.internal.run.TableRow.CLIMB;
import static dev.leash.internal.run.TableRow.CLIMB_ALONE;
import static dev.leash.internal.run.TableRow.DRAIN;
import static dev.leash.internal.run.TableRow.DRAIN_LEAVING;
import static dev.leash.internal.run.TableRow.EXIT_AWAITED;
import static dev.leash.internal.run.TableRow.GONE;
import static dev.leash.internal.run.TableRow.HALF_THE_TIME;
import static dev.leash.internal.run.TableRow.KILL_ONLY;
import static dev.leash.internal.run.TableRow.KILL_SENT;
import static dev.leash.internal.run.TableRow.LOOK;
import static dev.leash.internal.run.TableRow.SWEEP;
import static dev.leash.internal.run.TableRow.SWEEP_AFTER_KILL;
import static dev.leash.internal.run.TableRow.TERM_SENT;
import static dev.leash.internal.run.TableRow.row;
import static dev.leash.internal.run.TableRow.stop;

import dev.leash.internal.loop.TimerQueue;
import java.util.List;

/** The rows of the states in which programs run. */
final class StoppingRows {
    private StoppingRows() {}

    static List<TableRow> running() {
        return List.of(
                row(RUNNING, stop(TIMED_OUT), "the deadline signals all")
                        .does(LOOK, "endIdleTimer", CLIMB, TERM_SENT)
                        .then(WAITING, TIMED_OUT),
                row(RUNNING, stop(CANCELLED), "members that are not reached are searched for first")
                        .where(world -> world.reachesAll = false)
                        .does(LOOK, "endIdleTimer", CLIMB, "search")
                        .then(SEARCHING, CANCELLED),
                row(RUNNING, Event.stop(CLOSED, KILL_ONLY), "and frozen where KILL comes first")
                        .where(world -> world.reachesAll = false)
                        .does(LOOK, "endIdleTimer", CLIMB, "search(freeze)")
                        .then(SEARCHING, CLOSED),
                row(RUNNING, stop(IDLE), "members that are left alone are not learned")
                        .leaving()
                        .does(LOOK, "endIdleTimer", CLIMB_ALONE, TERM_SENT)
                        .then(WAITING, IDLE),
                row(RUNNING, Event.stop(CANCELLED, KILL_ONLY), "KILL alone is waited for")
                        .does(LOOK, "endIdleTimer", CLIMB, KILL_SENT)
                        .then(KILLED, CANCELLED),
                row(RUNNING, Event.stop(CANCELLED, KILL_ONLY), "KILL that is refused is tried again soon")
                        .where(world -> world.refused = true)
                        .does(LOOK, "endIdleTimer", CLIMB, "signal(9 last)", "timer(KILL_DUE in 10 ms)")
                        .then(KILLED, CANCELLED),
                row(
                                RUNNING,
                                Event.stop(CANCELLED, KILL_ONLY),
                                "KILL that is refused is looked at once more, though there is no drain time")
                        .drain(0)
                        .where(world -> world.refused = true)
                        .does(LOOK, "endIdleTimer", CLIMB, "signal(9 last)", "timer(KILL_DUE in 0 ms)")
                        .then(KILLED, CANCELLED),
                row(RUNNING, Event.stop(TIMED_OUT, KILL_ONLY), "programs that are exiting are waited for, without KILL")
                        .where(world -> world.programsExit = true)
                        .does(LOOK, "endIdleTimer", CLIMB, EXIT_AWAITED)
                        .then(WAITING, TIMED_OUT),
                row(RUNNING, Event.stop(TIMED_OUT, KILL_ONLY), "and no search stops their members meanwhile")
                        .where(world -> {
                            world.reachesAll = false;
                            world.programsExit = true;
                        })
                        .does(LOOK, "endIdleTimer", CLIMB, EXIT_AWAITED)
                        .then(WAITING, TIMED_OUT),
                row(RUNNING, stop(TIMED_OUT), "a milder signal is sent though they are exiting")
                        .where(world -> world.programsExit = true)
                        .does(LOOK, "endIdleTimer", CLIMB, TERM_SENT)
                        .then(WAITING, TIMED_OUT),
                row(RUNNING, stop(TIMED_OUT), "programs that exited before the deadline were not timed out")
                        .exited()
                        .does(LOOK, GONE, SWEEP)
                        .then(SWEEPING, EXITED),
                row(RUNNING, stop(TIMED_OUT), "nor do their pipes lose the drain time by it")
                        .exited()
                        .where(world -> world.provenEmpty = true)
                        .does(LOOK, GONE, DRAIN, HALF_THE_TIME)
                        .then(DRAINING, EXITED),
                row(RUNNING, stop(CANCELLED), "a cancel after the exits waits for no holder of a pipe")
                        .exited()
                        .where(world -> world.provenEmpty = true)
                        .does(LOOK, GONE, DRAIN, HALF_THE_TIME, "cancelTimer", A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(RUNNING, stop(CLOSED), "a close after the exits gives consumers the drain time and no more")
                        .exited()
                        .where(world -> {
                            world.provenEmpty = true;
                            world.pipesAtEnd = true;
                        })
                        .does(
                                LOOK,
                                GONE,
                                DRAIN,
                                "cancelTimer",
                                "timer(DELIVERY_TIME_OVER in 60000 ms)",
                                "cancelTimer",
                                "timer(DELIVERY_TIME_OVER in 1000 ms)")
                        .then(DELIVERING, EXITED),
                row(RUNNING, LAST_EXIT, "what is left is killed")
                        .does(GONE, SWEEP)
                        .then(SWEEPING, EXITED),
                row(RUNNING, LAST_EXIT, "nothing is left")
                        .where(world -> world.provenEmpty = true)
                        .does(GONE, DRAIN, HALF_THE_TIME)
                        .then(DRAINING, EXITED),
                row(RUNNING, LAST_EXIT, "what is left is left alone, by the guardian too")
                        .leaving()
                        .does(GONE, "leaveGuardian", DRAIN_LEAVING, HALF_THE_TIME)
                        .then(DRAINING, EXITED),
                row(RUNNING, LAST_EXIT, "with pipes at their ends and nobody to give to it is over at once")
                        .where(world -> {
                            world.provenEmpty = true;
                            world.pipesAtEnd = true;
                            world.consumersDone = true;
                        })
                        .does(GONE, DRAIN, "cancelTimer", "cancelTimer", "finish")
                        .then(DONE, EXITED),
                row(RUNNING, LAST_EXIT, "consumers have until the deadline, and the drain time")
                        .where(world -> {
                            world.provenEmpty = true;
                            world.pipesAtEnd = true;
                        })
                        .does(GONE, DRAIN, "cancelTimer", "timer(DELIVERY_TIME_OVER in 60000 ms)")
                        .then(DELIVERING, EXITED),
                row(RUNNING, LAST_EXIT, "consumers have for ever without a deadline")
                        .deadline(TimerQueue.NEVER)
                        .where(world -> {
                            world.provenEmpty = true;
                            world.pipesAtEnd = true;
                        })
                        .does(GONE, DRAIN, "cancelTimer")
                        .then(DELIVERING, EXITED),
                row(RUNNING, LAST_EXIT, "output that was too much decides, and then no deadline waits for consumers")
                        .blamed(OUTPUT_LIMIT)
                        .where(world -> {
                            world.provenEmpty = true;
                            world.pipesAtEnd = true;
                        })
                        .does(GONE, DRAIN, "cancelTimer", "timer(DELIVERY_TIME_OVER in 1000 ms)")
                        .then(DELIVERING, OUTPUT_LIMIT),
                row(RUNNING, Event.unwanted(OUTPUT_LIMIT), "the run's own plan begins")
                        .blamed(OUTPUT_LIMIT)
                        .does(LOOK, "endIdleTimer", CLIMB, TERM_SENT)
                        .then(WAITING, OUTPUT_LIMIT),
                row(RUNNING, Event.unwanted(FAILED), "decides though the programs have exited")
                        .blamed(FAILED)
                        .exited()
                        .does(LOOK, GONE, SWEEP)
                        .then(SWEEPING, FAILED),
                row(RUNNING, stop(CANCELLED), "unwanted output was first")
                        .blamed(OUTPUT_LIMIT)
                        .does(LOOK, "endIdleTimer", CLIMB, TERM_SENT)
                        .then(WAITING, OUTPUT_LIMIT));
    }

    static List<TableRow> searching() {
        return List.of(
                row(SEARCHING, stop(CLOSED), "the newest plan counts, the first cause stays")
                        .does(LOOK, CLIMB, "search")
                        .then(SEARCHING, CANCELLED),
                row(SEARCHING, Event.stop(CANCELLED, KILL_ONLY), "a plan that kills at once freezes at once")
                        .does(LOOK, CLIMB, "search(freeze)")
                        .then(SEARCHING, CANCELLED),
                row(SEARCHING, stop(CANCELLED), "a search that is not needed any more is cancelled")
                        .where(world -> world.reachesAll = true)
                        .does(LOOK, CLIMB, TERM_SENT)
                        .then(WAITING, CANCELLED),
                row(SEARCHING, FOUND, "the step is taken").does(LOOK, TERM_SENT).then(WAITING, CANCELLED),
                row(SEARCHING, FOUND, "KILL is taken")
                        .after(Event.stop(CANCELLED, KILL_ONLY))
                        .does(LOOK, KILL_SENT)
                        .then(KILLED, CANCELLED),
                row(SEARCHING, FOUND, "programs that have begun to exit meanwhile are waited for, without KILL")
                        .after(Event.stop(CANCELLED, KILL_ONLY))
                        .where(world -> world.programsExit = true)
                        .does(LOOK, "cancelSearch(continue)", EXIT_AWAITED)
                        .then(WAITING, CANCELLED),
                row(SEARCHING, FOUND, "programs that exited before any signal were not stopped")
                        .exited()
                        .does(LOOK, GONE, SWEEP)
                        .then(SWEEPING, EXITED),
                row(SEARCHING, LAST_EXIT, "before any signal: nothing has stopped these")
                        .where(world -> world.provenEmpty = true)
                        .does(GONE, DRAIN, A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(SEARCHING, LAST_EXIT, "before any signal, what is left alone is continued, not killed")
                        .leaving()
                        .does(GONE, "leaveGuardian", DRAIN_LEAVING, A_LAST_LOOK)
                        .then(DRAINING, EXITED),
                row(SEARCHING, LAST_EXIT, "after a signal the rest has the plan's time")
                        .after(FOUND, STEP_DUE)
                        .does(GONE, "watchMembers")
                        .then(LINGERING, CANCELLED),
                row(SEARCHING, LAST_EXIT, "after a signal, and nothing is left")
                        .after(FOUND, STEP_DUE)
                        .where(world -> world.provenEmpty = true)
                        .does(GONE, DRAIN, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED),
                row(SEARCHING, LAST_EXIT, "after a signal, and what is left is left alone")
                        .leaving()
                        .after(FOUND, STEP_DUE)
                        .does(GONE, "leaveGuardian", DRAIN_LEAVING, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED));
    }

    static List<TableRow> stopping() {
        return List.of(
                row(WAITING, stop(CLOSED), "the newest plan begins anew, the first cause stays")
                        .does(LOOK, CLIMB, TERM_SENT)
                        .then(WAITING, CANCELLED),
                row(WAITING, STEP_DUE, "the next step is KILL")
                        .does(LOOK, CLIMB, KILL_SENT)
                        .then(KILLED, CANCELLED),
                row(WAITING, STEP_DUE, "the next step is KILL, so that members are frozen as they are found")
                        .where(world -> world.reachesAll = false)
                        .does(LOOK, CLIMB, "search(freeze)")
                        .then(SEARCHING, CANCELLED),
                row(WAITING, STEP_DUE, "KILL waits for programs that are exiting")
                        .where(world -> world.programsExit = true)
                        .does(LOOK, CLIMB, EXIT_AWAITED)
                        .then(WAITING, CANCELLED),
                row(WAITING, STEP_DUE, "but not for ever")
                        .where(world -> world.programsExit = true)
                        .after(STEP_DUE)
                        .where(world -> world.nowMillis += 1_000)
                        .does(LOOK, CLIMB, KILL_SENT)
                        .then(KILLED, CANCELLED),
                row(WAITING, Event.stop(CLOSED, KILL_ONLY), "nor longer for each new plan")
                        .where(world -> world.programsExit = true)
                        .after(STEP_DUE)
                        .where(world -> world.nowMillis += 900)
                        .does(LOOK, CLIMB, "timer(STEP_DUE in 100 ms)")
                        .then(WAITING, CANCELLED),
                row(WAITING, LAST_EXIT, "their exit ends the wait of KILL, which is due for what is left")
                        .where(world -> world.programsExit = true)
                        .after(STEP_DUE)
                        .does(GONE, "watchMembers", CLIMB_ALONE, "recordStep(9)", SWEEP)
                        .then(SWEEPING, CANCELLED),
                row(WAITING, STEP_DUE, "programs that have exited get no KILL, what is left does")
                        .exited()
                        .does(LOOK, GONE, "watchMembers", CLIMB_ALONE, "recordStep(9)", SWEEP)
                        .then(SWEEPING, CANCELLED),
                row(WAITING, STEP_DUE, "all has gone in time")
                        .exited()
                        .where(world -> world.provenEmpty = true)
                        .does(LOOK, GONE, DRAIN, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED),
                row(WAITING, LAST_EXIT, "what is left has the plan's time")
                        .does(GONE, "watchMembers")
                        .then(LINGERING, CANCELLED),
                row(WAITING, LAST_EXIT, "nothing is left")
                        .where(world -> world.provenEmpty = true)
                        .does(GONE, DRAIN, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED),
                row(WAITING, LAST_EXIT, "what is left is left alone")
                        .leaving()
                        .does(GONE, "leaveGuardian", DRAIN_LEAVING, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED),
                row(KILLED, stop(CLOSED), "a milder plan takes no KILL back")
                        .does(LOOK)
                        .then(KILLED, CANCELLED),
                row(KILLED, Event.stop(CLOSED, KILL_ONLY), "KILL is sent again to what refused it")
                        .does(LOOK, CLIMB, KILL_SENT)
                        .then(KILLED, CANCELLED),
                row(KILLED, Event.stop(CLOSED, KILL_ONLY), "also if it dies of the first one")
                        .where(world -> world.programsExit = true)
                        .does(LOOK, CLIMB, KILL_SENT)
                        .then(KILLED, CANCELLED),
                row(KILLED, LAST_EXIT, "the rest has been sent KILL, too, and is no straggler")
                        .does(GONE, SWEEP_AFTER_KILL)
                        .then(SWEEPING, CANCELLED),
                row(KILLED, LAST_EXIT, "nothing is left")
                        .where(world -> world.provenEmpty = true)
                        .does(GONE, DRAIN, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED),
                row(KILLED, LAST_EXIT, "what is left is left alone")
                        .leaving()
                        .does(GONE, "leaveGuardian", DRAIN_LEAVING, HALF_THE_TIME)
                        .then(DRAINING, CANCELLED),
                row(KILLED, KILL_DUE, "it is not refused any more, and then waited for")
                        .does(LOOK, "killPrograms", "timer(KILL_WAIT_OVER in 5000 ms)")
                        .then(KILLED, CANCELLED),
                row(KILLED, KILL_DUE, "it is still refused: the pauses grow")
                        .where(world -> world.refused = true)
                        .after(Event.stop(CANCELLED, KILL_ONLY))
                        .does(LOOK, "killPrograms", "timer(KILL_DUE in 20 ms)")
                        .then(KILLED, CANCELLED),
                row(KILLED, KILL_DUE, "the pauses grow to a second at most")
                        .drain(10_000)
                        .where(world -> world.refused = true)
                        .after(Event.stop(CANCELLED, KILL_ONLY))
                        .after(KILL_DUE, KILL_DUE, KILL_DUE, KILL_DUE, KILL_DUE, KILL_DUE)
                        .does(LOOK, "killPrograms", "timer(KILL_DUE in 1000 ms)")
                        .then(KILLED, CANCELLED),
                row(KILLED, KILL_DUE, "the last pause ends with the drain time")
                        .where(world -> world.refused = true)
                        .after(Event.stop(CANCELLED, KILL_ONLY))
                        .where(world -> world.nowMillis += 990)
                        .does(LOOK, "killPrograms", "timer(KILL_DUE in 10 ms)")
                        .then(KILLED, CANCELLED),
                row(KILLED, KILL_DUE, "it is refused when the drain time is over: the programs are given up")
                        .where(world -> world.refused = true)
                        .after(Event.stop(CANCELLED, KILL_ONLY))
                        .where(world -> world.nowMillis += 1_000)
                        .does(LOOK, "killPrograms", "cancelTimer", "programsGone", "sweepUndying")
                        .then(SWEEPING, CANCELLED),
                row(KILLED, KILL_DUE, "the programs have exited meanwhile")
                        .exited()
                        .does(LOOK, GONE, SWEEP_AFTER_KILL)
                        .then(SWEEPING, CANCELLED),
                row(KILLED, KILL_WAIT_OVER, "the programs do not die, and are given up")
                        .does(LOOK, "cancelTimer", "programsGone", "sweepUndying")
                        .then(SWEEPING, CANCELLED),
                row(KILLED, KILL_WAIT_OVER, "they do not die, and what is left is left alone: pipes get no more time")
                        .leaving()
                        .does(LOOK, "cancelTimer", "programsGone", DRAIN_LEAVING, A_LAST_LOOK)
                        .then(DRAINING, CANCELLED),
                row(KILLED, KILL_WAIT_OVER, "they have died at the last moment")
                        .exited()
                        .does(LOOK, GONE, SWEEP_AFTER_KILL)
                        .then(SWEEPING, CANCELLED));
    }
}
