package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills a run with more processes than this JVM may have descriptors: MARKER CONTAINMENT DAEMONS. */
public final class ManyDaemons {
    private ManyDaemons() {}

    public static void main(String[] args) throws Exception {
        int daemons = Integer.parseInt(args[2]);
        AtomicInteger refused = new AtomicInteger();
        try (Supervisor supervisor = Supervisor.create()) {
            Command command = Command.of(
                            "sh",
                            "-c",
                            "i=0; while [ $i -lt $1 ]; do setsid sleep 600 & i=$((i+1)); done; wait",
                            "sh",
                            args[2])
                    .env(ProcScan.MARKER_VARIABLE, args[0])
                    .containment(Containment.valueOf(args[1]));
            supervisor.run(Command.of("true").containment(Containment.valueOf(args[1]))); // loads what it takes
            Child child = supervisor.start(command);
            check(Check.within(Patience.seconds(40), () -> sleeping(args[0]) == daemons), "all have started");
            Thread other = Thread.ofPlatform().daemon().start(() -> openAllTheTime(refused));
            child.kill();
            Result result = child.await();
            other.interrupt();
            other.join();
            check(result.cause() == Cause.CANCELLED, result.toString());
            check(ProcScan.withMarker(args[0]).isEmpty(), "what is left: " + ProcScan.withMarker(args[0]));
            check(!result.searchFailed() && result.survivors().isEmpty(), result.toString());
            if (Containment.valueOf(args[1]) == Containment.TREE) {
                check(
                        result.killed().size() == daemons,
                        "told of " + result.killed().size());
            }
        }
        check(refused.get() == 0, "other code found no descriptor " + refused + " times");
        System.out.println("done");
    }

    private static long sleeping(String marker) {
        return ProcScan.withMarker(marker).stream()
                .filter(info -> info.name().equals("sleep"))
                .count();
    }

    private static void openAllTheTime(AtomicInteger refused) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                new FileInputStream("/dev/null").close();
            } catch (IOException e) {
                refused.incrementAndGet();
            }
        }
    }
}
