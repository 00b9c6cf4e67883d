package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/** What a child gets from a JVM that was started in an unusual way. */
public final class Inheritance {
    private Inheritance() {}

    /**
     * Looks at one thing.
     *
     * @param args what to look at, and the file that the result is written to: there may be no standard streams
     */
    public static void main(String[] args) throws Exception {
        String result;
        try (Supervisor supervisor = Supervisor.create()) {
            switch (args[0]) {
                case "clean" -> {
                    fromEveryKindOfThread(() -> {
                        checkClean(supervisor);
                        return null;
                    });
                }
                case "closed" -> closed(supervisor);
                case "freed" -> {
                    // Now the next descriptors that are made have these numbers, where a child's streams belong.
                    for (int fd = 0; fd < 3; fd++) {
                        Descriptors.close(CallState.create(), fd);
                    }
                    try (Supervisor another = Supervisor.create()) {
                        closed(another);
                    }
                    closed(supervisor);
                }
                case "statuses" -> statuses(supervisor);
                case "descriptors" -> descriptors(supervisor);
                case "streams" -> streams(supervisor);
                default -> throw new IllegalArgumentException(args[0]);
            }
            result = "done";
        } catch (AssertionError | Exception e) {
            result = e.toString();
        }
        Files.writeString(Path.of(args[1]), result);
    }

    /** Does {@code work} on a platform thread, on one of a pool, and on a virtual one. */
    public static void fromEveryKindOfThread(Callable<Void> work) throws Exception {
        work.call();
        try (var pool = Executors.newFixedThreadPool(2);
                var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            pool.submit(work).get();
            virtual.submit(work).get();
        }
        FutureTask<Void> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        task.get();
    }

    /** G7, as seen from inside a child. */
    public static void checkClean(Supervisor supervisor) throws Exception {
        // The folder that the shell reads is closed again when it looks at the names.
        String descriptors = supervisor
                .run(Command.of("sh", "-c", "for f in /proc/$$/fd/*; do [ -h $f ] && echo ${f##*/}; done; true"))
                .orThrow()
                .stdout();
        check(descriptors.equals("0\n1\n2\n"), "descriptors: " + descriptors.replace('\n', ' '));

        String signals = supervisor
                .run(Command.of("grep", "-E", "^(SigBlk|SigIgn|SigPnd|ShdPnd):", "/proc/self/status"))
                .orThrow()
                .stdout();
        check(signals.lines().count() == 4, signals);
        signals.lines().forEach(line -> check(line.matches("\\w+:\t0+"), signals));

        Result stat = supervisor.run(Command.of("cat", "/proc/self/stat")).orThrow();
        String[] fields =
                stat.stdout().substring(stat.stdout().lastIndexOf(')') + 2).split(" ", 5);
        check(fields[1].equals(Long.toString(ProcessHandle.current().pid())), "parent " + fields[1]);
        check(fields[2].equals(Long.toString(stat.pid())), "group " + fields[2] + " of " + stat.pid());
        String own = Files.readString(Path.of("/proc/self/stat"));
        String session = own.substring(own.lastIndexOf(')') + 2).split(" ", 5)[3];
        check(fields[3].equals(session), "session " + fields[3]);

        Result quit = supervisor.run(Command.of("sh", "-c", "ulimit -c 0; kill -QUIT $$; sleep 60"));
        check(quit.status() instanceof ExitStatus.Signaled s && s.signal().equals(Signal.QUIT), quit.toString());
        check(quit.cause() == Cause.EXITED, quit.toString());
        Result pipe = supervisor.run(Command.of("sh", "-c", "yes | head -n 1"));
        check(pipe.succeeded() && pipe.stdout().equals("y\n") && pipe.stderr().isEmpty(), "a pipe: " + pipe.stderr());
    }

    private static void closed(Supervisor supervisor) throws Exception {
        Command command = Command.of("sh", "-c", "cat; echo apple; echo orange >&2");
        for (int i = 0; i < 20; i++) {
            Result result = supervisor.run(command).orThrow();
            check(result.stdout().equals("apple\n"), "stdout: " + result.stdout());
            check(result.stderr().equals("orange\n"), "stderr: " + result.stderr());
            result = supervisor.run(command.stdin(Stdin.text("pear\n"))).orThrow();
            check(result.stdout().equals("pear\napple\n"), "stdout: " + result.stdout());
            check(result.stderr().equals("orange\n"), "stderr: " + result.stderr());
            result = supervisor.run(command.mergeStderr()).orThrow();
            check(result.stdout().equals("apple\norange\n"), "merged: " + result.stdout());
            result = supervisor.run(command.stdout(Output.discard())).orThrow();
            check(result.stderr().equals("orange\n"), "stderr: " + result.stderr());
            result = supervisor.run(command.stderr(Output.discard())).orThrow();
            check(result.stdout().equals("apple\n"), "stdout: " + result.stdout());
        }
    }

    private static void statuses(Supervisor supervisor) throws Exception {
        checkClean(supervisor);
        for (int code : new int[] {0, 1, 10, 137, 255}) {
            Result result = supervisor.run(Command.of("sh", "-c", "exit " + code));
            check(result.status().equals(new ExitStatus.Exited(code)), result.toString());
            check(result.cause() == Cause.EXITED, result.toString());
        }
        Result killed = supervisor.run(Command.of("sh", "-c", "kill -9 $$"));
        check(killed.status().equals(new ExitStatus.Signaled(Signal.KILL, false)), killed.toString());
        // A child that has children of its own must find them, too.
        Result waits = supervisor.run(Command.of("sh", "-c", "sh -c 'exit 5' & wait $!; exit $?"));
        check(waits.status().equals(new ExitStatus.Exited(5)), waits.toString());
    }

    /** Opens as many as a library in C might, without close-on-exec, up to the highest number there is. */
    private static void descriptors(Supervisor supervisor) throws Exception {
        CallState state = CallState.create();
        String line = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(l -> l.startsWith("Max open files"))
                .findFirst()
                .orElseThrow();
        int highest = Integer.parseInt(
                        line.substring("Max open files".length()).strip().split(" +", 2)[0])
                - 1;
        try (FileInputStream file = new FileInputStream("/dev/null")) {
            int source = 3;
            while (!Descriptors.isOpen(state, source)) {
                source++;
            }
            check(file.read() == -1, "/dev/null");
            for (int i = 0; i < 1_000; i++) {
                int fd = Descriptors.duplicate(state, source, (int) ((long) highest * i / 999));
                check(fd > 0, "dup " + fd);
                Descriptors.setCloseOnExec(state, fd, false);
            }
            check(Descriptors.isOpen(state, highest), "descriptor " + highest);
        }
        checkClean(supervisor);
        System.out.println("highest " + highest);
    }

    private static void streams(Supervisor supervisor) throws Exception {
        System.out.close();
        System.err.close();
        Command loud = Command.of("sh", "-c", "yes | head -c 20000; yes | head -c 20000 >&2; exit 3");
        Result result = supervisor.run(loud.inheritIo());
        check(result.status().equals(new ExitStatus.Exited(3)), result.toString());
        result = supervisor.run(loud);
        check(result.stdout().length() == 20_000 && result.stderr().length() == 20_000, "captured");
    }
}
