package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static dev.leash.forked.Check.within;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/** A process that adopts what others leave: CONTAINMENT RUNS, as init or, with any third argument, as a subreaper. */
public final class Adopter {
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    private Adopter() {}

    public static void main(String[] args) throws Throwable {
        if (args.length > 2) {
            int result = (int) Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find("prctl").orElseThrow(),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                            Linker.Option.firstVariadicArg(1))
                    .invokeExact(PR_SET_CHILD_SUBREAPER, 1L);
            check(result == 0, "prctl: " + result);
        } else {
            check(ProcScan.self() == 1, "not init: " + ProcScan.self());
        }
        Containment containment = Containment.valueOf(args[0]);
        // Nobody but its own code may wait for this one.
        Process others = new ProcessBuilder("sh", "-c", "exit 42").start();
        try (Supervisor supervisor = Supervisor.create()) {
            for (int run = Integer.parseInt(args[1]); run > 0; run--) {
                String escapes = containment == Containment.GROUP ? "" : "setsid sleep 600 & ";
                Result result = supervisor.run(Command.shell(escapes + "(sleep 600 & sleep 600) & exit 5")
                        .containment(containment));
                check(
                        result.cause() == Cause.EXITED && result.status().equals(new ExitStatus.Exited(5)),
                        result.toString());
                check(result.survivors().isEmpty(), result.toString());
                Result stopped =
                        supervisor.run(Command.shell(escapes + "(sleep 600 & sleep 600) & sleep 600 | sleep 600")
                                .timeout(Duration.ofMillis(50))
                                .containment(containment));
                check(stopped.cause() == Cause.TIMED_OUT, stopped.toString());
            }
            boolean none = within(Patience.seconds(15), () -> ProcScan.zombieChildren().stream()
                    .noneMatch(zombie -> zombie.pid() != others.pid()));
            check(none, "zombies: " + ProcScan.zombieChildren());
        }
        check(others.waitFor() == 42, "another's child: " + others.exitValue());
        System.out.println("done");
    }
}
