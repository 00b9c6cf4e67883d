package dev.leash.forked;

import dev.leash.Command;
import dev.leash.LeashProcessBuilder;
import dev.leash.Supervisor;

/** What the shared supervisor does, in a JVM that has none yet. */
public final class Shared {
    private Shared() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("threads " + leashThreads());
        Process process = new LeashProcessBuilder("echo", "hello").start();
        System.out.println(process.inputReader().readLine() + " " + process.waitFor());
        System.out.println("threads " + leashThreads());
        Supervisor shared = Supervisor.shared();
        shared.close();
        System.out.println("same " + (shared == Supervisor.shared()));
        System.out.println(
                shared.run(Command.of("echo", "still there")).stdout().strip());
        Process left = new LeashProcessBuilder("sleep", "60").start();
        System.out.println("left " + left.pid());
        // The end of main: neither the child nor the supervisor keeps the JVM.
    }

    private static long leashThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("leash-shared"))
                .count();
    }
}
