package dev.leash.supervising;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Stdin;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Threads that start runs leave alone what belongs to the loop, such as the place where it reads errno: an empty pipe would be
 * taken for one that has ended. Assertions find each such use at once; without them it takes luck.
 */
@Timeout(60)
class ConfinementTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final int STARTERS = 4;
    private static final int STARTS = 40;
    private static final int TALKERS = 2;

    @ParameterizedTest
    @EnumSource
    void startsOnOtherThreadsLeaveTheLoopsStateAlone(Containment containment) throws Exception {
        Assumptions.assumeTrue(
                containment != Containment.CGROUP || Containment.obstacle().isEmpty(),
                () -> "no cgroup: " + Containment.obstacle());
        AtomicBoolean enough = new AtomicBoolean();
        try (Supervisor supervisor = Supervisor.create();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Result>> talkers = new ArrayList<>();
            for (int index = 0; index < TALKERS; index++) {
                talkers.add(threads.submit(() -> talk(supervisor, enough)));
            }
            List<Future<?>> starters = new ArrayList<>();
            for (int index = 0; index < STARTERS; index++) {
                starters.add(threads.submit(() -> {
                    for (int start = 0; start < STARTS; start++) {
                        Child child = supervisor.start(Command.of("true").containment(containment));
                        assertEquals(Cause.EXITED, child.await().cause());
                    }
                    return null;
                }));
            }
            try {
                for (Future<?> starter : starters) {
                    starter.get();
                }
            } finally {
                enough.set(true);
            }
            for (Future<Result> talker : talkers) {
                Result result = talker.get();
                assertEquals(Cause.EXITED, result.cause());
                assertEquals(true, result.outputComplete());
            }
        }
    }

    /** Byte by byte: after each the loop finds the pipe empty, and looks at errno. */
    private static Result talk(Supervisor supervisor, AtomicBoolean enough) throws Exception {
        Child cat = supervisor.start(Command.of("cat").stdin(Stdin.pipe()).stdout(Output.pipe()));
        try (OutputStream in = cat.stdin()) {
            InputStream out = cat.stdout();
            while (!enough.get()) {
                in.write('x');
                assertEquals('x', out.read());
            }
        }
        return cat.await();
    }
}
