package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.support.ProcScan;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** A run of which a process has left the group is over while no descriptor is free: MARKER. */
public final class BlindRun {
    private BlindRun() {}

    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            Command command = Command.of("sh", "-c", "setsid sleep 600 & exec sleep 600")
                    .env(ProcScan.MARKER_VARIABLE, args[0])
                    .containment(Containment.TREE)
                    .timeout(Duration.ofSeconds(8));
            Result before = supervisor.run(command.timeout(Duration.ofSeconds(1))); // what it takes is loaded
            check(before.cause() == Cause.TIMED_OUT && !before.searchFailed(), before.toString());
            check(ProcScan.withMarker(args[0]).isEmpty(), "nothing is left");
            Child child = supervisor.start(command);
            check(
                    Check.within(
                            Duration.ofSeconds(6),
                            () -> ProcScan.withMarker(args[0]).stream()
                                            .filter(info -> info.name().equals("sleep"))
                                            .count()
                                    == 2),
                    "both are there");
            Deque<FileInputStream> hogs = new ArrayDeque<>();
            try {
                while (true) {
                    hogs.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                check(hogs.size() > 4, "descriptors");
            }
            Result result = child.await();
            while (!hogs.isEmpty()) {
                hogs.remove().close();
            }
            check(result.cause() == Cause.TIMED_OUT, result.toString());
            boolean lives = !ProcScan.withMarker(args[0]).isEmpty();
            check(!lives || result.searchFailed() || !result.survivors().isEmpty(), "it lives: " + result);
            System.out.println(lives + " " + result.searchFailed());
            ProcScan.withMarker(args[0])
                    .forEach(info -> ProcessHandle.of(info.pid()).ifPresent(ProcessHandle::destroyForcibly));
        }
        System.out.println("done");
    }
}
