package dev.leash.forked;

import static dev.leash.forked.Check.check;
import static dev.leash.forked.Check.within;

import dev.leash.Command;
import dev.leash.Completion;
import dev.leash.SpawnException;
import dev.leash.Supervisor;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** A batch whose parallelism needs more descriptors than there may be. */
public final class CrowdedBatch {
    private CrowdedBatch() {}

    /** The argument is a folder. */
    public static void main(String[] args) throws Exception {
        File ready = new File(args[0], "ready");
        check(ready.createNewFile(), "a file");
        try (Supervisor supervisor = Supervisor.create()) {
            run(supervisor, List.of(Command.of("true"), Command.of("/no/such/program"))); // classes are loaded now
            long before = supervisor.stats().failedStarts();

            Command waits = Command.of("sh", "-c", "until [ -e go ]; do sleep 0.01; done; echo x")
                    .directory(new File(args[0]).toPath());
            Thread opener = Thread.ofPlatform().start(() -> {
                try {
                    check(
                            within(
                                    Duration.ofSeconds(20),
                                    () -> supervisor.stats().failedStarts() > before),
                            "the limit is reached");
                    // A rename needs no descriptor.
                    check(ready.renameTo(new File(args[0], "go")), "renamed");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            List<Completion> all = run(supervisor, Collections.nCopies(100, waits));
            opener.join();
            all.forEach(completion -> check(completion.succeeded(), completion.toString()));
            check(all.stream().mapToLong(Completion::index).distinct().count() == 100, "each of them once");

            Deque<FileInputStream> hogs = new ArrayDeque<>();
            try {
                while (true) {
                    hogs.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                // Now there is none for the batch, and no end that could free one.
            }
            Completion only = run(supervisor, List.of(waits)).getFirst();
            check(
                    only instanceof Completion.NotStarted failed
                            && failed.failure().kind() == SpawnException.Kind.LIMIT,
                    only.toString());
            for (FileInputStream hog : hogs) {
                hog.close();
            }
        }
        System.out.println("done");
    }

    private static List<Completion> run(Supervisor supervisor, List<Command> commands) {
        try (Stream<Completion> batch = supervisor.runAll(commands, 100)) {
            return batch.toList();
        }
    }
}
