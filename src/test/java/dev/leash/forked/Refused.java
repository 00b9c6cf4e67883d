package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopPlan;
import dev.leash.Straggler;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import dev.leash.support.ProcScan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Runs of which something may not be signalled. Its JVM is root without the right to kill, and what it runs becomes another
 * user, as sudo does; or it may not signal at all, by a filter of system calls.
 */
public final class Refused {
    private static final String BECOME = "setpriv --reuid=64998 --regid=64998 --clear-groups ";
    private static final ExitStatus ALIVE = new ExitStatus.Unknown(true);
    private static final ExitStatus KILLED = new ExitStatus.Signaled(Signal.KILL, false);

    private final Supervisor supervisor;

    private Refused(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /**
     * Tries one case, which must be as it is told.
     *
     * @param args which case
     */
    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            Refused cases = new Refused(supervisor);
            switch (args[0]) {
                case "program" -> cases.program();
                case "ends" -> cases.endsByItself();
                case "plan" -> cases.plan();
                case "member" -> cases.member();
                case "straggler" -> cases.straggler();
                case "pipeline" -> cases.pipeline();
                case "contained" -> cases.contained();
                case "signal" -> cases.signal();
                case "start" -> cases.failedStart();
                case "close" -> cases.close();
                case "filtered" -> cases.filtered();
                case "group-only" -> cases.pidfdFiltered();
                default -> throw new AssertionError(args[0]);
            }
        }
        eventually("the guardian has ended, also one that may not be killed", () -> ProcScan.children().stream()
                .noneMatch(child -> child.name().equals("leash-guardian")));
        System.out.println("done");
    }

    private static Command refusing(String line) {
        return Command.shell("echo before; exec " + BECOME + line).drainTime(ofMillis(300));
    }

    /** Without the test library, which this JVM does not have. */
    private static void eventually(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + ofSeconds(20).toNanos();
        while (!condition.call()) {
            check(System.nanoTime() < until, "never: " + what);
            Thread.sleep(5);
        }
    }

    private static void isOther(long pid) throws Exception {
        eventually("it has become another user", () -> {
            String status = Files.readString(Path.of("/proc/" + pid + "/status"));
            return status.contains("\nUid:\t64998\t64998\t64998\t64998\n") && status.startsWith("Name:\tsleep\n");
        });
    }

    private static Straggler only(List<Straggler> all) {
        check(all.size() == 1, all.toString());
        return all.getFirst();
    }

    private void program() throws Exception {
        for (StragglerPolicy left : StragglerPolicy.values()) {
            Command command = refusing("sleep 5").stragglers(left).timeout(ofSeconds(2));
            Child child = supervisor.start(command);
            Result result = child.await();
            check(result.cause() == Cause.TIMED_OUT, result.toString());
            check(result.status().equals(ALIVE), result.toString());
            check(result.stdout().equals("before\n"), result.stdout());
            check(!result.outputComplete(), "it holds its output");
            check(!result.succeeded(), "not succeeded");
            Straggler program = only(result.survivors());
            check(program.pid() == child.pid() && program.name().equals("sleep"), program.toString());
            check(program.membership() == Straggler.Membership.LEADER && program.refused(), program.toString());
            check(result.killed().isEmpty(), result.killed().toString());
            check(result.stopSteps().size() == 1, result.stopSteps().toString());
            check(result.stopSteps().getFirst().refused(), result.stopSteps().toString());
            check(result.toString().contains("could not be ended"), result.toString());
            check(ProcScan.alive(child.pid()), "it was there when the result came");
            // Nobody waits for it any more, and it is reaped all the same, by a thread that ends then.
            eventually("it is reaped", () -> ProcScan.of(child.pid()).isEmpty());
            eventually("the thread is gone", () -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().contains("reaper")));
        }
    }

    private void endsByItself() throws Exception {
        Child child = supervisor.start(
                refusing("sh -c 'sleep 4; exit 7'").drainTime(ofSeconds(50)).timeout(ofSeconds(2)));
        Result result = child.await();
        check(result.cause() == Cause.TIMED_OUT, result.toString());
        check(result.status().equals(new ExitStatus.Exited(7)), result.toString());
        check(result.stopSteps().getFirst().refused(), result.stopSteps().toString());
        check(result.survivors().isEmpty(), result.survivors().toString());
        check(result.outputComplete(), "complete");
    }

    private void plan() throws Exception {
        StopPlan plan = StopPlan.signal(Signal.TERM)
                .then(ofMillis(100))
                .signal(Signal.INT)
                .then(ofMillis(100))
                .kill();
        Child child = supervisor.start(refusing("sleep 20").stopPlan(plan));
        isOther(child.pid());
        child.stop();
        Result result = child.await();
        check(result.cause() == Cause.CANCELLED, result.toString());
        check(result.stopSteps().size() == 3, result.stopSteps().toString());
        check(
                result.stopSteps().stream().allMatch(step -> step.refused()),
                result.stopSteps().toString());
        check(only(result.survivors()).refused(), result.survivors().toString());
    }

    /** A group tells only if a signal reached none of it. */
    private void member() throws Exception {
        Command command = Command.shell("echo before; " + BECOME + "sleep 20; true");
        Result result = supervisor.run(command.timeout(ofSeconds(2)).drainTime(ofMillis(300)));
        check(result.cause() == Cause.TIMED_OUT, result.toString());
        check(result.status().equals(KILLED), result.toString());
        check(result.stdout().equals("before\n"), result.stdout());
        Straggler member = only(result.survivors());
        check(member.membership() == Straggler.Membership.GROUP && member.refused(), member.toString());
        check(result.stopSteps().getFirst().refused(), result.stopSteps().toString());
        // It has a group of its own, too, and is seen as a child when the run is stopped.
        Command away = Command.shell("setsid " + BECOME + "sleep 20; true");
        result = supervisor.run(away.timeout(ofSeconds(2)).drainTime(ofMillis(300)));
        check(result.status().equals(KILLED), result.toString());
        check(
                only(result.survivors()).membership() == Straggler.Membership.PARENT,
                result.survivors().toString());
        check(only(result.survivors()).refused(), result.survivors().toString());
    }

    private void straggler() throws Exception {
        Command command = Command.shell("exec 3>&1; " + BECOME + "sleep 20 & sleep 60 >/dev/null & sleep 2");
        Result result = supervisor.run(command.drainTime(ofMillis(300)));
        check(result.cause() == Cause.EXITED, result.toString());
        check(result.status().equals(new ExitStatus.Exited(0)), result.toString());
        check(only(result.survivors()).refused(), result.survivors().toString());
        check(only(result.killed()).name().equals("sleep"), result.killed().toString());
        check(!only(result.killed()).refused(), result.killed().toString());
        check(result.stopSteps().isEmpty(), result.stopSteps().toString());
    }

    private void pipeline() throws Exception {
        Command pipeline = Command.of("sleep", "60")
                .pipeTo(refusing("sleep 20"))
                .pipeTo(Command.shell("echo last; sleep 60; true"))
                .drainTime(ofMillis(300));
        Result result = supervisor.run(pipeline.timeout(ofSeconds(2)));
        check(result.cause() == Cause.TIMED_OUT, result.toString());
        check(
                result.stages().get(0).status().equals(KILLED),
                "first " + result.stages().get(0).status());
        check(
                result.stages().get(1).status().equals(ALIVE),
                "second " + result.stages().get(1).status());
        check(result.status().equals(KILLED), result.toString());
        check(result.stdout().equals("last\n"), result.stdout());
        check(
                only(result.survivors()).pid() == result.stages().get(1).pid(),
                result.survivors().toString());
        check(result.stopSteps().getFirst().refused(), result.stopSteps().toString());
    }

    private void contained() throws Exception {
        Result tree = supervisor.run(
                refusing("sleep 20").containment(Containment.TREE).timeout(ofSeconds(2)));
        check(tree.cause() == Cause.TIMED_OUT && tree.status().equals(ALIVE), tree.toString());
        check(only(tree.survivors()).refused(), tree.survivors().toString());
        Command away = Command.shell("setsid " + BECOME + "sleep 20; true");
        tree = supervisor.run(
                away.containment(Containment.TREE).drainTime(ofMillis(300)).timeout(ofSeconds(2)));
        check(tree.status().equals(KILLED), tree.toString());
        check(only(tree.survivors()).refused(), tree.survivors().toString());
        check(tree.stopSteps().getFirst().refused(), tree.stopSteps().toString());
        if (Containment.obstacle().isEmpty()) {
            StopPlan plan = StopPlan.signal(Signal.TERM).then(ofMillis(100)).kill();
            Child child = supervisor.start(
                    refusing("sleep 20").containment(Containment.CGROUP).stopPlan(plan));
            isOther(child.pid());
            child.stop();
            // Here the kernel kills, whoever it is.
            Result cgroup = child.await();
            check(cgroup.status().equals(KILLED), cgroup.toString());
            check(cgroup.survivors().isEmpty(), cgroup.survivors().toString());
            check(cgroup.stopSteps().getFirst().refused(), cgroup.stopSteps().toString());
            check(!cgroup.stopSteps().getLast().refused(), cgroup.stopSteps().toString());
        }
    }

    private void signal() throws Exception {
        Child child = supervisor.start(refusing("sleep 20"));
        isOther(child.pid());
        try {
            throw new AssertionError("sent: " + child.signal(Signal.TERM));
        } catch (IllegalStateException e) {
            check(e.getMessage().contains("EPERM"), e.getMessage());
        }
        child.asProcess().destroy(); // says nothing
        check(child.isRunning(), "it runs on");
        child.kill();
        check(child.await().cause() == Cause.CANCELLED, "cancelled");
        check(!child.signal(Signal.TERM), "it has ended");
        try {
            throw new AssertionError("exit value " + child.asProcess().exitValue());
        } catch (IllegalStateException e) {
            check(e.getMessage().contains("could not be ended"), e.getMessage());
        }
    }

    /** Its first program cannot be taken back when the last one fails. */
    private void failedStart() throws Exception {
        Command pipeline = refusing("sleep 20");
        for (int index = 0; index < 60; index++) {
            pipeline = pipeline.pipeTo(Command.of("cat"));
        }
        try {
            supervisor.run(pipeline.pipeTo(Command.of("/no/such/program")));
            throw new AssertionError("started");
        } catch (SpawnException e) {
            check(e.kind() == SpawnException.Kind.NOT_FOUND, e.toString());
        }
    }

    private void close() throws Exception {
        Child child;
        try (Supervisor own =
                Supervisor.builder().closeTime(Duration.ofSeconds(50)).create()) {
            child = own.start(refusing("sleep 20"));
            isOther(child.pid());
        }
        Result result = child.result().join();
        check(result.cause() == Cause.CLOSED && result.status().equals(ALIVE), result.toString());
        check(only(result.survivors()).refused(), result.survivors().toString());
    }

    private void filtered() throws Exception {
        for (Containment containment : List.of(Containment.GROUP, Containment.TREE)) {
            Result result = supervisor.run(Command.shell("echo before; sleep 20; true")
                    .containment(containment)
                    .drainTime(ofMillis(300))
                    .timeout(ofSeconds(3))); // by then it has its child
            check(result.cause() == Cause.TIMED_OUT && result.status().equals(ALIVE), result.toString());
            check(result.stdout().equals("before\n"), result.stdout());
            check(result.survivors().size() == 2, result.survivors().toString());
            check(
                    result.survivors().stream().allMatch(Straggler::refused),
                    result.survivors().toString());
            check(result.stopSteps().getFirst().refused(), result.stopSteps().toString());
        }
    }

    /** There is kill(2) for it. */
    private void pidfdFiltered() throws Exception {
        StopPlan plan = StopPlan.signal(Signal.TERM).then(ofMillis(300)).kill();
        Result result = supervisor.run(Command.shell("trap '' TERM; echo before; sleep 60; sleep 60")
                .stopPlan(plan)
                .timeout(ofSeconds(3))); // by then it has its trap
        check(result.cause() == Cause.TIMED_OUT && result.status().equals(KILLED), result.toString());
        check(result.survivors().isEmpty(), result.survivors().toString());
        check(result.stopSteps().size() == 2, result.stopSteps().toString());
        check(
                result.stopSteps().stream().noneMatch(step -> step.refused()),
                result.stopSteps().toString());
        check(result.outputComplete(), "complete");
    }
}
