package dev.leash.internal.run;

import static dev.leash.internal.run.ModelWorld.never;

import dev.leash.Cause;
import dev.leash.internal.loop.TimerQueue;
import dev.leash.internal.run.ModelWorld.Fault;
import dev.leash.internal.run.ModelWorld.Search;
import dev.leash.internal.spec.StopStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One random walk of a {@link RunTable} through a {@link ModelWorld}, decided by its seed. */
final class RunTableWalk {
    private static final long MILLI = 1_000_000L;
    private static final StopStep KILL = new StopStep(StopStep.SIGKILL, 0);

    /** More than enough for an end that only takes what is bound to happen: KILL is tried again some twenty times. */
    private static final int STEPS_TO_THE_END = 200;

    private final Random random;
    private final ModelWorld world;
    private final RunTable table;
    private final Set<State> seen;
    private final long deadline;
    private final long drain;

    private Cause cause = Cause.EXITED;
    private Cause firstUnwanted = Cause.EXITED;
    private boolean callerWantsEnd;
    private boolean handling;

    RunTableWalk(long seed, boolean tracing, Set<State> seen) {
        random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        world = new ModelWorld(random);
        world.tracing = tracing;
        world.meanwhile = this::meanwhile;
        this.seen = seen;
        deadline = world.chance(2) ? TimerQueue.NEVER : world.now + random.nextInt(5_000) * MILLI;
        drain = pick(0L, 1L, 100 * MILLI, 1_000 * MILLI, Long.MAX_VALUE);
        table = new RunTable(
                new RunTable.Rules(
                        plan(), deadline, world.leave, drain, pick(5_000 * MILLI, Math.max(drain, 5_000 * MILLI))),
                world);
        world.say("deadline " + deadline + ", drain " + drain + ", " + world);
    }

    private long pick(long... values) {
        return values[random.nextInt(values.length)];
    }

    private List<StopStep> plan() {
        List<StopStep> steps = new ArrayList<>();
        for (int count = random.nextInt(3); count > 0; count--) {
            steps.add(new StopStep(15, pick(0, 10 * MILLI, 2_000 * MILLI, Long.MAX_VALUE)));
        }
        steps.add(KILL);
        return steps;
    }

    String trace() {
        return String.join("\n", world.trace);
    }

    void go(int events) {
        if (world.chance(10)) {
            stop();
        }
        try {
            table.begin();
        } catch (Fault fault) {
            tell(Event.failure(fault));
        }
        for (int count = 0; count < events && table.state() != State.DONE; count++) {
            happen(random.nextInt(16));
        }
        world.say("-- from here on all goes its way");
        for (int count = 0; table.state() != State.DONE; count++) {
            never(count > STEPS_TO_THE_END, "no end in state " + table.state());
            goOn();
        }
        happen(random.nextInt(16)); // whatever comes late
        checkEnd();
    }

    private void meanwhile() {
        if (handling && world.chance(25)) {
            world.say("    meanwhile:");
            happen(random.nextInt(16));
        }
    }

    /** Something happens, if it can. True if it has. */
    private boolean happen(int what) {
        return switch (what) {
            case 0, 1 -> exit();
            case 2 -> world.programs == 0 && tell(Event.LAST_EXIT);
            case 3, 4 -> fire();
            case 5 -> comeBack();
            case 6 -> forkOrGo();
            case 7, 8 -> sweepEnds();
            case 9 -> pipesEnd();
            case 10 -> consumersEnd();
            case 11 -> world.chance(2) && stop();
            case 12 -> world.chance(2) && beUnwanted();
            case 13 -> world.chance(10) && tell(Event.failure(new Fault("from outside")));
            case 14 -> pass();
            default -> !world.idleEnded && world.chance(3) && stop(Cause.IDLE);
        };
    }

    /** One step of a world in which nothing new comes up. */
    private void goOn() {
        boolean dies = world.killSent && world.killable && !world.killRefused;
        if ((dies || (drain == Long.MAX_VALUE && world.chance(5))) && exit()) {
            return;
        }
        if (world.programs == 0 && !world.exitKnown) {
            tell(Event.LAST_EXIT);
        } else if (!comeBack() && !sweepEnds() && !(world.draining && world.chance(3) && pipesEnd()) && !fire()) {
            if (!exit() && !pipesEnd() && !consumersEnd()) {
                world.members = 0;
            }
        }
    }

    private boolean exit() {
        if (world.programs == 0) {
            return false;
        }
        world.programs--;
        world.say("a program exits: " + world.programs);
        if (world.programs == 0 && world.chance(2)) {
            tell(Event.LAST_EXIT);
        }
        return true;
    }

    private boolean fire() {
        Event event = world.timer;
        if (event == null || world.timerDue == TimerQueue.NEVER) {
            return false;
        }
        world.timer = null;
        world.now = Math.max(world.now, world.timerDue);
        return event.kind() == Event.Kind.STOP ? stop(event) : tell(event);
    }

    private boolean comeBack() {
        if (world.search != Search.OUT) {
            return false;
        }
        world.search = Search.BACK;
        world.frozen = world.freezing;
        return tell(Event.FOUND);
    }

    private boolean forkOrGo() {
        if (world.members > 0 && world.chance(2)) {
            world.members--;
        } else if (world.programs > 0 && !world.killSent) {
            world.members++;
        }
        return true;
    }

    private boolean sweepEnds() {
        boolean ends = world.sweeping || (world.watching && world.members == 0);
        if (!ends || world.sweepTold) {
            return false;
        }
        world.sweepTold = true;
        if (world.sweeping && !world.undying && !world.chance(5)) {
            world.members = 0;
        }
        return tell(Event.SET_EMPTY);
    }

    private boolean pipesEnd() {
        if (world.pipesAtEnd || world.pipesClosed) {
            return false;
        }
        world.pipesAtEnd = true;
        return tell(Event.PIPES_AT_END);
    }

    private boolean consumersEnd() {
        if (world.consumersDone || !(world.pipesAtEnd || world.pipesClosed)) {
            return false;
        }
        world.consumersDone = true;
        return tell(Event.CONSUMERS_DONE);
    }

    private boolean stop() {
        return stop(world.chance(3) ? Cause.CLOSED : Cause.CANCELLED);
    }

    private boolean stop(Cause why) {
        return stop(Event.stop(why, plan()));
    }

    private boolean stop(Event event) {
        world.plans++;
        world.planWaits |= handling;
        world.stepNotBefore = Math.min(world.stepNotBefore, world.now);
        if (ModelWorld.isFromCaller(event.cause())) {
            callerWantsEnd = true;
            if (table.state() == State.RUNNING && deadline <= world.now) {
                // The run's own plan begins first.
                world.plans++;
                world.planWaits = true;
            }
        }
        return tell(event);
    }

    private boolean beUnwanted() {
        if (world.consumersDone || table.state() == State.DONE) {
            return false;
        }
        Cause why = world.chance(2) ? Cause.OUTPUT_LIMIT : Cause.FAILED;
        firstUnwanted = firstUnwanted == Cause.EXITED ? why : firstUnwanted;
        world.say("blame " + why);
        table.blame(why);
        world.plans++;
        return tell(Event.unwanted(why));
    }

    private boolean pass() {
        world.now += pick(1, MILLI, 40 * MILLI, 1_000 * MILLI);
        return true;
    }

    /** As the real caller does: what is thrown fails the run. */
    private boolean tell(Event event) {
        world.say((handling ? "    later: " : "") + event.kind() + " " + event.cause() + " in " + table.state());
        world.exitTold |= event.kind() == Event.Kind.LAST_EXIT;
        world.failing |= event.kind() == Event.Kind.FAILURE;
        if (handling) {
            table.handle(event);
            return true;
        }
        boolean exited = world.programs == 0;
        world.exitedBefore = exited;
        long began = world.now;
        State before = table.state();
        handling = true;
        @Nullable Fault thrown = null;
        try {
            table.handle(event);
        } catch (Fault fault) {
            thrown = fault;
        } finally {
            handling = false;
            world.planWaits = false;
        }
        checkCause(before, exited, began);
        if (thrown != null) {
            tell(Event.failure(thrown));
            never(table.state() != State.DONE, "a failure that has not ended the run");
        }
        seen.add(table.state());
        checkState();
        return true;
    }

    private void checkCause(State before, boolean exited, long began) {
        Cause next = table.cause();
        if (next == cause) {
            return;
        }
        never(before == State.DONE, "the cause has changed after the end");
        never(ModelWorld.isFromCaller(next) && deadline <= began, "a caller's stop has overtaken the deadline");
        if (cause != Cause.EXITED) {
            never(isExternal(next), "the cause has been decided twice");
            never(world.steps > 0 || world.programs > 0, "the cause is taken back though a step was taken");
            never(!isExternal(cause), "a cause from inside is taken back");
        }
        never(isExternal(next) && exited, "what had exited before was stopped from outside");
        cause = next;
    }

    private static boolean isExternal(Cause cause) {
        return cause != Cause.EXITED && cause != Cause.OUTPUT_LIMIT && cause != Cause.FAILED;
    }

    private void checkState() {
        State state = table.state();
        world.say("  = " + state + ", " + table.cause() + ", " + world);
        never((state == State.DONE) != (world.ends == 1), "DONE is where finish or fail has been, once");
        never(state == State.SEARCHING && world.search != Search.OUT, "searching without a search");
        never(state == State.WAITING && world.timer == null, "waiting without a timer");
        never(state == State.KILLED && world.timer == null, "killed without a timer");
        never(state == State.DRAINING && world.timer == null, "draining without a timer");
        never(state == State.LINGERING && !(world.watching && !world.sweepTold), "lingering without a watch");
        never(state == State.SWEEPING && (!world.sweeping || world.sweepTold), "sweeping without a sweep");
        boolean limited = callerWantsEnd && drain != Long.MAX_VALUE;
        never(state == State.DELIVERING && limited && world.timer == null, "a cancel that is lost: no end to delivery");
        never(world.search == Search.BACK, "what a search has found is kept");
        never(world.frozen && world.members > 0 && world.search == Search.NONE, "members stay frozen");
    }

    private void checkEnd() {
        never(world.ends != 1, "ended " + world.ends + " times");
        never(world.told != 1, "told " + world.told + " times");
        never(world.timer != null, "a timer is left");
        never(world.search != Search.NONE, "a search is left");
        if (world.finished) {
            never(
                    world.steps == 0 && isExternal(cause) && world.exitKnown && !world.killSent,
                    "stopped without a step");
            never(firstUnwanted != Cause.EXITED && cause == Cause.EXITED, "unwanted output is forgotten");
        }
    }
}
