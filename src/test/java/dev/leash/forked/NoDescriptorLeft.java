package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Runs out of descriptors while cgroups live, and ends them all the same. */
public final class NoDescriptorLeft {
    private static final Deque<FileInputStream> HOGS = new ArrayDeque<>();

    private NoDescriptorLeft() {}

    public static void main(String[] args) throws Exception {
        Command command = Command.shell("sleep 600 & sleep 600; :").containment(Containment.CGROUP);
        Command polite = Command.shell("trap 'exit 7' TERM; while :; do sleep 0.1; done")
                .containment(Containment.CGROUP)
                .stopPlan(
                        StopPlan.signal(Signal.TERM).then(Duration.ofMinutes(1)).kill());
        try (Supervisor supervisor = Supervisor.create()) {
            Child first = supervisor.start(command); // loads what the others need
            check(first.pause() && first.resume(), "it was not paused");
            first.kill();
            check(first.await().survivors().isEmpty(), "survivors");
            Child paused = supervisor.start(command);
            Child killed = supervisor.start(command);
            Child stopped = supervisor.start(polite);
            check(paused.pause(), "it was not paused");
            Thread.sleep(500); // the trap is set
            hoard();
            check(paused.resume(), "it was not continued");
            hoard(); // that was one more
            String refusal = refusal(killed);
            killed.kill();
            stopped.stop();
            Result stoppedResult = stopped.await();
            Result killedResult = killed.await();
            paused.kill();
            Result pausedResult = paused.await();
            free();
            check(refusal.endsWith("(EMFILE)"), refusal);
            check(stoppedResult.status().equals(new ExitStatus.Exited(7)), stoppedResult.toString());
            check(killedResult.survivors().isEmpty(), killedResult.survivors().toString());
            check(pausedResult.survivors().isEmpty(), pausedResult.survivors().toString());
            Check.closeLeavesNothing(supervisor);
        }
    }

    private static String refusal(Child child) {
        try {
            return "paused: " + child.pause();
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void hoard() {
        try {
            while (true) {
                HOGS.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // None is left.
        }
    }

    private static void free() throws IOException {
        for (FileInputStream hog : HOGS) {
            hog.close();
        }
    }
}
