package dev.leash.forked;

import static dev.leash.forked.Check.check;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Result;
import dev.leash.Rlimit;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.Supervisor;
import dev.leash.internal.sys.Clock;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What does not happen to root: its limit of processes is reached, and permissions are missing. */
public final class Unprivileged {
    private Unprivileged() {}

    /**
     * Tries what must fail.
     *
     * @param args a program and a folder that this user must not execute and enter, below a folder that it may;
     *     and anything more to reach the limit, with 3000 s of CPU time
     */
    public static void main(String[] args) throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            permissions(supervisor, args[0], args[1]);
            if (args.length > 2) {
                cpuTime(supervisor);
                limit(supervisor);
            }
        }
        System.out.println("done");
    }

    private static void permissions(Supervisor supervisor, String program, String directory) throws Exception {
        SpawnException e = failure(supervisor, Command.of(program));
        check(e.kind() == Kind.NOT_EXECUTABLE && e.errnoName().equals("EACCES"), e.getMessage());
        e = failure(supervisor, Command.of("true").directory(Path.of(directory)));
        check(e.kind() == Kind.DIRECTORY && e.errnoName().equals("EACCES"), e.getMessage());
        check(e.path().equals(directory), e.path());
        e = failure(supervisor, Command.of(directory + "/program"));
        check(e.errnoName().equals("EACCES"), e.getMessage());
        e = failure(supervisor, Command.of("no-such-program").env("PATH", directory + ":/usr/bin"));
        check(e.errnoName().equals("EACCES"), e.getMessage());
        Result result = supervisor.run(Command.of("true").env("PATH", directory + ":/usr/bin:/bin"));
        check(result.succeeded(), result.toString());
    }

    /** The second that is left between the limits of CPU time is not to be had beyond the JVM's own. */
    private static void cpuTime(Supervisor supervisor) throws Exception {
        Command limits = Command.of("awk", "/^Max cpu time/ { print $4, $5 }", "/proc/self/limits");
        check(supervisor.run(limits.rlimit(Rlimit.CPU, 2_000)).stdout().equals("2000 2001\n"), "room");
        check(supervisor.run(limits.rlimit(Rlimit.CPU, 3_000)).stdout().equals("3000 3000\n"), "no room");
        SpawnException e = failure(supervisor, limits.rlimit(Rlimit.CPU, 3_001));
        check(e.kind() == Kind.SETTING && e.errnoName().equals("EPERM"), e.getMessage());
        check(e.getMessage().contains("cannot set the limit CPU to 3001: "), e.getMessage());
        e = failure(supervisor, limits.rlimit(Rlimit.CPU, 3_000, 3_001));
        check(e.getMessage().contains("cannot set the limit CPU to 3000:3001: "), e.getMessage());
    }

    private static void limit(Supervisor supervisor) throws Exception {
        List<Child> children = new ArrayList<>();
        Child withStragglers = supervisor.start(Command.of("sh", "-c", "sleep 60 & sleep 60 & kill -STOP $$"));
        while (ProcScan.state(withStragglers.pid()) != 'T') {
            Thread.sleep(5);
        }
        SpawnException e = null;
        while (e == null && children.size() < 5_000) {
            try {
                children.add(supervisor.start(Command.of("sleep", "60")));
            } catch (SpawnException limit) {
                e = limit;
            }
        }
        check(e != null, "no limit after " + children.size() + " processes");
        check(e.kind() == Kind.LIMIT && e.errnoName().equals("EAGAIN"), e.getMessage());
        check(e.path().endsWith("sleep"), e.path());
        check(e.getMessage().contains("limit of processes"), e.getMessage());
        System.out.println(e.getMessage());

        // Still at the limit: nothing that the supervisor does may need a process or a thread more.
        withStragglers.signal(Signal.CONT);
        Result swept = withStragglers.await();
        check(swept.cause() == Cause.EXITED && swept.status().equals(new ExitStatus.Exited(0)), swept.toString());
        check(swept.stragglersKilled() == 2, "stragglers: " + swept.stragglersKilled());
        while (children.size() < 5_000) {
            try {
                children.add(supervisor.start(Command.of("sleep", "60")));
            } catch (SpawnException again) {
                break;
            }
        }
        noSupervisorMore();
        e = failure(supervisor, Command.of("true").nice(1));
        check(e.kind() == Kind.LIMIT && e.errnoName().equals("EAGAIN"), e.getMessage());
        Child first = children.removeFirst();
        first.kill();
        check(first.await().cause() == Cause.CANCELLED, "cause");
        Result result = supervisor.run(Command.of("true"));
        check(result.succeeded(), result.toString());
        children.forEach(Child::kill);
        for (Child child : children) {
            child.await();
        }
        check(supervisor.run(Command.of("true")).succeeded(), "after all are freed");
    }

    /** Its thread cannot be started, and what it has opened by then is closed. */
    private static void noSupervisorMore() throws IOException {
        long before = descriptors();
        try (Supervisor another = Supervisor.create()) {
            throw new AssertionError("made in spite of the limit: " + (another != null));
        } catch (IOException e) {
            check(e.getMessage().contains("limit of processes"), e.getMessage());
        }
        // Where a start takes a thread and a process, one of them may be left: for the loop's thread, which ends at
        // once.
        for (int look = 0; look < 2_000 && descriptors() != before; look++) {
            Clock.sleep(5_000_000);
        }
        check(descriptors() == before, "descriptors before and after: " + before + " and " + descriptors());
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    private static SpawnException failure(Supervisor supervisor, Command command) {
        try {
            supervisor.start(command);
        } catch (SpawnException e) {
            return e;
        }
        throw new AssertionError("it was started: " + command);
    }
}
