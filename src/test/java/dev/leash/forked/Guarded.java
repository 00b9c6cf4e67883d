package dev.leash.forked;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.StragglerPolicy;
import dev.leash.Supervisor;
import dev.leash.support.Children;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts children of all kinds, says "ready", and comes to an end that leaves no time for anything: MARKER COUNT END. */
public final class Guarded {
    private Guarded() {}

    public static void main(String[] args) throws Exception {
        String marker = args[0];
        int count = Integer.parseInt(args[1]);
        // Without the hook nothing but the guardian ends the children, however the JVM does.
        Supervisor supervisor = Supervisor.builder()
                .shutdownHook(false)
                .guardian(!args[2].endsWith("unguarded"))
                .create();
        List<Child> children = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            Command command = kind(number, marker);
            if (args[2].startsWith("cgroup")) {
                command = command.containment(Containment.CGROUP);
            }
            if (args[2].endsWith("nicer")) {
                command = command.nice(1);
            }
            children.add(supervisor.start(command));
        }
        Thread.sleep(1_000); // the daemons have gone their way, and some leaders have exited
        for (int number = 3; number < count; number += 8) {
            children.get(number)
                    .stop(StopPlan.signal(Signal.TERM)
                            .then(Duration.ofMinutes(1))
                            .kill());
        }
        Thread.sleep(200);
        System.out.println("ready");
        switch (args[2]) {
            case "halt" -> Runtime.getRuntime().halt(3);
            case "exit" -> System.exit(4);
            case "crash" -> System.out.println(MemorySegment.NULL.reinterpret(8).get(ValueLayout.JAVA_LONG, 0));
            default -> Thread.sleep(60_000);
        }
    }

    private static Command kind(int number, String marker) {
        return switch (number % 8) {
            case 0 -> Command.of("sleep", "600").env("LEASH_TEST_MARKER", marker);
            case 1 ->
                // Ignores what can be ignored, in three processes.
                Command.shell("trap '' TERM INT HUP; sleep 600 & sleep 600").env("LEASH_TEST_MARKER", marker);
            case 2 -> Command.of(Children.path("contain-daemon"), marker, "600").containment(Containment.TREE);
            case 3 ->
                // TERM ends the leader; the others ignore it, and have a minute.
                Command.shell("(trap '' TERM; sleep 600 & sleep 600) & sleep 600")
                        .env("LEASH_TEST_MARKER", marker);
            case 4 -> Command.shell("kill -STOP $$; sleep 600").env("LEASH_TEST_MARKER", marker);
            case 5 ->
                // Would be left alone if the program had exited before the JVM.
                Command.of(Children.path("contain-daemon"), marker, "600")
                        .containment(Containment.TREE)
                        .stragglers(StragglerPolicy.LEAVE);
            case 6 ->
                Command.of("sleep", "600")
                        .env("LEASH_TEST_MARKER", marker)
                        .stdout(Output.inherit())
                        .stderr(Output.discard());
            default -> Command.shell("sleep 600 | sleep 600 | sleep 600").env("LEASH_TEST_MARKER", marker);
        };
    }
}
