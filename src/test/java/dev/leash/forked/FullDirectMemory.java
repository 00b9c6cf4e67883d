package dev.leash.forked;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody else in this JVM has all of its direct memory while children write, are stopped and end. Prints what has waited for
 * some on a loop's thread: nothing may.
 */
public final class FullDirectMemory {
    private static final int CHILDREN = 20;
    private static final String TALKS = "while :; do echo y; sleep 0.01; done";

    /** Not garbage before the end. */
    static volatile List<ByteBuffer> taken = List.of();

    private FullDirectMemory() {}

    public static void main(String[] arguments) throws Exception {
        Set<String> waits = new LinkedHashSet<>();
        Thread watch = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.interrupted()) {
                LockSupport.parkNanos(5_000_000); // a wait takes a hundred times as long
                for (var thread : Thread.getAllStackTraces().entrySet()) {
                    if (thread.getKey().getName().startsWith("leash")
                            && !thread.getKey().getName().contains("scan")) {
                        note(thread.getValue(), waits);
                    }
                }
            }
        });
        try (Supervisor supervisor = Supervisor.create()) {
            List<Child> all = new ArrayList<>();
            for (int index = 0; index < CHILDREN; index++) {
                all.add(supervisor.start(Command.of("yes").stdout(Output.pipe())));
            }
            Child handled = supervisor.start(Command.shell(TALKS).stdout(Output.onLoop(bytes -> {})));
            Child captured = supervisor.start(Command.shell(TALKS).stdout(Output.captureTail(10)));
            Child exits = supervisor.start(Command.shell("read x; exit 3")
                    .stdin(dev.leash.Stdin.pipe())
                    .stdout(Output.pipe()));
            Child late =
                    supervisor.start(Command.shell("setsid sleep 60 & sleep 60").timeout(Duration.ofSeconds(4)));
            taken = takeAll();
            for (Child child : all) {
                if (child.stdout().read() != 'y') {
                    System.out.println("no output");
                }
            }
            exits.stdin().write("\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            exits.stdin().close();
            tell(exits, exits.await(), Cause.EXITED);
            tell(late, late.await(), Cause.TIMED_OUT);
            all.addAll(List.of(handled, captured));
            all.forEach(Child::kill);
            for (Child child : all) {
                tell(child, child.await(), Cause.CANCELLED);
            }
        }
        watch.interrupt();
        watch.join();
        System.out.println(waits.isEmpty() ? "nothing waited" : "waited: " + waits);
    }

    private static void note(StackTraceElement[] stack, Set<String> waits) {
        for (int index = 0; index < stack.length; index++) {
            if (stack[index].getMethodName().equals("reserveMemory")) {
                StringBuilder from = new StringBuilder();
                for (StackTraceElement frame : stack) {
                    if (frame.getClassName().startsWith("dev.leash")) {
                        from.append(frame).append(' ');
                    }
                }
                waits.add(from.toString());
            }
        }
    }

    private static void tell(Child child, Result result, Cause expected) {
        if (result.cause() != expected || result.failure().isPresent()) {
            System.out.println(child + " ended otherwise: " + result + " " + result.failure());
        }
    }

    private static List<ByteBuffer> takeAll() {
        List<ByteBuffer> taken = new ArrayList<>();
        for (int size : List.of(64 * 1024, 1024, 1)) { // each takes half a second to be refused
            try {
                while (true) {
                    taken.add(ByteBuffer.allocateDirect(size));
                }
            } catch (OutOfMemoryError e) {
                // All of this size.
            }
        }
        return taken;
    }
}
