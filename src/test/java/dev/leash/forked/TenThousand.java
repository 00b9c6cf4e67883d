package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import java.util.ArrayList;
import java.util.List;

/** Starts children that sleep, says "ready", and waits to be killed: MARKER COUNT. */
public final class TenThousand {
    private TenThousand() {}

    @SuppressWarnings("resource") // never closed, on purpose
    public static void main(String[] args) throws Exception {
        Supervisor supervisor = Supervisor.create();
        // Neither pipes nor files: what is left is one descriptor for each child, which is the one that it is watched
        // by.
        Command sleep = Command.of("sleep", "600")
                .env("LEASH_TEST_MARKER", args[0])
                .stdin(Stdin.empty())
                .stdout(Output.discard())
                .stderr(Output.discard());
        int count = Integer.parseInt(args[1]);
        List<Child> children = new ArrayList<>();
        long before = System.nanoTime();
        while (children.size() < count) {
            children.add(supervisor.start(sleep));
        }
        // With all of them alive, others come and go as ever.
        for (int round = 0; round < 10; round++) {
            check(supervisor.run(Command.of("true")).succeeded(), "true");
            Child killed = children.removeFirst();
            killed.kill();
            killed.await();
            children.add(supervisor.start(sleep));
        }
        System.out.println("started in " + (System.nanoTime() - before) / 1_000_000 + " ms");
        check(children.stream().allMatch(Child::isRunning), "all run");
        System.out.println("ready");
        Thread.sleep(300_000);
    }
}
