package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Runs out of descriptors. Nothing is warmed up: what a failing start needs must be there without a descriptor. */
public final class DescriptorLimit {
    private static final CallState STATE = CallState.create();

    private DescriptorLimit() {}

    public static void main(String[] args) throws Exception {
        Command command =
                switch (args[0]) {
                    case "captured" -> Command.of("sh", "-c", "cat; echo b >&2").stdin(Stdin.text("a\n"));
                    case "inherited" -> Command.of("true").inheritIo();
                    default -> Command.of("true").stdout(Output.discard()).stderr(Output.discard());
                };
        Deque<FileInputStream> hogs = new ArrayDeque<>();
        try (Supervisor supervisor = Supervisor.create()) {
            awaitRehearsal();
            try {
                while (true) {
                    hogs.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                System.out.println("hogs " + (hogs.size() > 10));
            }
            int failed = 0;
            int started = 0;
            while (started < 3) {
                int before = open();
                try {
                    Result result = supervisor.run(command);
                    check(result.succeeded(), result.toString());
                    if (args[0].equals("captured")) {
                        check(result.stdout().equals("a\n") && result.stderr().equals("b\n"), "output");
                    }
                    started++;
                } catch (SpawnException e) {
                    check(started == 0, "failed with more descriptors than a start before: " + e.getMessage());
                    check(e.kind() == SpawnException.Kind.LIMIT, e.kind() + " " + e.getMessage());
                    check(e.errnoName().equals("EMFILE"), e.getMessage());
                    check(e.path().equals(args[0].equals("captured") ? "sh" : "true"), e.path());
                    check(e.getMessage().startsWith("could not start "), e.getMessage());
                    check(e.getMessage().endsWith(" (EMFILE)"), e.getMessage());
                    failed++;
                    if (failed == 1) {
                        System.out.println(e.getMessage());
                    }
                }
                check(open() == before, "descriptors before and after: " + before + " and " + open());
                if (!hogs.isEmpty()) {
                    hogs.remove().close();
                }
            }
            System.out.println("failed " + failed);
            try {
                while (true) {
                    hogs.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                int before = open();
                try (Supervisor another = Supervisor.create()) {
                    throw new AssertionError("made in spite of the limit: " + (another != null));
                } catch (IOException expected) {
                    System.out.println("no supervisor: " + expected.getMessage());
                }
                check(open() == before, "a supervisor that could not be made has left something");
            }
            for (FileInputStream hog : hogs) {
                hog.close();
            }
            check(supervisor.run(command).succeeded(), "after all are freed");
        }
        check(ProcessHandle.current().children().findAny().isEmpty(), "children");
        System.out.println("done");
    }

    /** Which opens some descriptors for a moment. */
    private static void awaitRehearsal() throws InterruptedException {
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("leash-rehearsal"))) {
            Thread.sleep(1);
        }
    }

    /** Counted without a descriptor. */
    private static int open() {
        int open = 0;
        for (int fd = 0; fd < 1024; fd++) {
            if (Descriptors.isOpen(STATE, fd)) {
                open++;
            }
        }
        return open;
    }
}
