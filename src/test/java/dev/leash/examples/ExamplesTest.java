package dev.leash.examples;

import static dev.leash.support.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.leash.Supervisor;
import dev.leash.forked.Jvm;
import dev.leash.support.LeakCheck;
import dev.leash.support.ProcScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every example is run as its reader would run it, in a JVM of its own, and nothing of it is alive afterwards. */
@Timeout(120)
class ExamplesTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private final String marker = ProcScan.newMarker();

    @TempDir
    Path directory;

    private Jvm jvm(Class<?> example, String... arguments) {
        return Jvm.of(directory, example, arguments).env(ProcScan.MARKER_VARIABLE, marker);
    }

    private String output(Class<?> example, String... arguments) throws Exception {
        return output(jvm(example, arguments));
    }

    private static String output(Jvm jvm) throws Exception {
        Jvm.Ended ended = jvm.run();
        assertEquals("", ended.err());
        assertEquals(0, ended.exit());
        return ended.out();
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            eventually("nothing is alive", () -> ProcScan.withMarker(marker).isEmpty());
        } finally {
            ProcScan.withMarker(marker)
                    .forEach(left -> ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Test
    void deadline() throws Exception {
        assertEquals("TIMED_OUT\nended by SIGKILL\nstart\n", output(Deadline.class));
    }

    @Test
    void liveLines() throws Exception {
        assertEquals("build: compiling\nbuild: warning: old\nbuild: done\nexit code 0\n", output(LiveLines.class));
    }

    @Test
    void workerPool() throws Exception {
        assertEquals(
                "one has died of its question, and has a successor\nthe sum of a hundred squares is 338350\n",
                output(WorkerPool.class));
    }

    @Test
    void measuring() throws Exception {
        String counts = output(Measuring.class);
        assertTrue(
                counts.matches(
                        "TASK_CLOCK: .+\\nPAGE_FAULTS: .+\\nCYCLES: .+\\nINSTRUCTIONS: .+\\nsetarch -R sort .+\\n"),
                counts);
    }

    @Test
    void benchmark() throws Exception {
        String said = output(jvm(Benchmark.class).withLibraries());
        assertTrue(said.matches("takes [\\d.,]+ times as long, from [\\d.,]+ to [\\d.,]+\\n"), said);
    }

    @Test
    void cancelFromAnotherThread() throws Exception {
        assertEquals("CANCELLED\nended by SIGTERM\n", output(CancelFromAnotherThread.class));
    }

    @Test
    void cancelTheFuture() throws Exception {
        assertEquals("CANCELLED\n", output(CancelTheFuture.class));
    }

    @Test
    void pipeline() throws Exception {
        assertEquals("""
                      1 little
                      1 much
                      1 of
                      2 so
                tr ' ' '\\n': exit code 0
                sort: exit code 0
                uniq -c: exit code 0
                """, output(Pipeline.class));
    }

    @Test
    void terminal() throws Exception {
        assertEquals("24 80\n", output(Terminal.class));
    }

    @Test
    void batch() throws Exception {
        assertEquals("500 of 1000 failed\n", output(Batch.class));
    }

    @Test
    void gracefulStop() throws Exception {
        assertEquals("TIMED_OUT, exit code 0\nsaved\nTERM\n", output(GracefulStop.class));
    }

    @Test
    void followTheLog() throws Exception {
        Path log = Files.writeString(directory.resolve("log"), "one\ntwo\nthree\nfour\n");
        assertEquals("one\ntwo\nthree\nCANCELLED\n", output(FollowTheLog.class, log.toString()));
    }

    @Test
    void untrustedBuild() throws Exception {
        Path build = Files.writeString(directory.resolve("build.sh"), """
                #!/bin/sh
                env | grep -v -e LEASH_RUN -e PWD -e SHLVL -e '^_='
                ulimit -n
                nice
                setsid sleep 600 >/dev/null 2>&1 &
                while test "$(ps -o comm= -p $!)" != sleep; do :; done
                """);
        Files.setPosixFilePermissions(build, PosixFilePermissions.fromString("rwx------"));
        assumeTrue(niceness() <= 10, "the tests run with a niceness above 10, and only root may go below that");
        assertEquals(
                "./build.sh: exit code 0\nleft behind: sleep\nPATH=/usr/bin:/bin\n256\n10\n",
                output(UntrustedBuild.class, directory.toString()));
    }

    private static int niceness() throws IOException {
        byte[] printed = new ProcessBuilder("nice").start().getInputStream().readAllBytes();
        return Integer.parseInt(new String(printed, US_ASCII).strip());
    }

    @Test
    void commands() throws Exception {
        assertEquals("""
                make -j8
                prlimit --nofile=64 -- nice -n 10 make
                make
                ./nightly-build
                gpg --status-fd 3 --verify file.sig
                TERM, 2s, KILL
                INT, 5s, TERM, 5s, KILL
                a
                b
                42
                """, output(Commands.class));
    }

    @Test
    void leftBehind() throws Exception {
        String out = output(LeftBehind.class);
        // The shell may exit before its fork has executed the sleep.
        assertTrue(out.matches("(sleep|sh) was killed, of the run by its GROUP\nstarted\n"), out);
    }

    @Test
    void signals() throws Exception {
        String out = output(Signals.class);
        assertTrue(out.startsWith("ready\nreloaded\n/bin/sh -c ") && out.endsWith(": ended by SIGTERM\n"), out);
    }

    @Test
    void accounting() throws Exception {
        assertTrue(output(Accounting.class).matches("used \\d+ ms of CPU in \\d+ ms\n"));
    }

    @Test
    void outcomes() throws Exception {
        assertEquals("""
                ended by itself: exit code 0
                ended by itself: exit code 137
                ended by itself: ended by SIGKILL
                took too long: ended by SIGKILL
                did not start: NOT_FOUND, ENOENT, no-such-program
                /bin/sh -c 'echo '\\''disk full'\\'' >&2; exit 3': exit code 3
                disk full
                wrote more than it may: ended by SIGXFSZ
                143
                """, output(Outcomes.class, directory.resolve("large").toString()));
    }

    @Test
    void aServiceDiesWithAJvmThatIsKilled() throws Exception {
        try (Jvm.Running jvm = jvm(DiesWithTheJvm.class).start()) {
            eventually("the service has been started", () -> jvm.out().startsWith("started"));
            eventually(
                    "JVM, service and guardian live",
                    () -> ProcScan.withMarker(marker).size() > 1);
        }
    }

    @Test
    void whatSupervisordHasRunIsAGroupOfServices() throws Exception {
        script("migrate", "echo migrated >order");
        script("web", "cat order; echo \"$2 $APP_ENV\"; exec sleep 1000");
        script("worker", "trap ': >quit; exit 0' QUIT; cat order >worked; while :; do sleep 0.05; done");
        try (Jvm.Running jvm =
                jvm(FromSupervisord.class).by("env", "-C", directory.toString()).start()) {
            eventually("all run", () -> {
                assertTrue(jvm.process().isAlive(), "the example has ended");
                try {
                    return Files.exists(directory.resolve("worked"))
                            && Files.readString(directory.resolve("web.log"))
                                    .lines()
                                    .sorted()
                                    .toList()
                                    .equals(java.util.List.of(
                                            "8000 production", "8001 production", "migrated", "migrated"));
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    private void script(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** In a JVM of its own, since the supervisor that all share lives as long as that. */
    @Test
    void whatTheJdkDoesIsDoneHereByTheSameCalls() throws Exception {
        assertEquals("Linux\n".repeat(3), output(FromProcessBuilder.class));
    }

    @Test
    void whatOthersDoIsDoneHereToo() throws Exception {
        try (Supervisor supervisor = Supervisor.create()) {
            assertEquals("Linux\n", FromProcessBuilder.before());
            assertEquals("Linux\n", FromProcessBuilder.after(supervisor));
            assertEquals("Linux\n", FromZtExec.before());
            assertEquals("Linux\n", FromZtExec.after(supervisor));
            assertEquals("Linux\n", FromCommonsExec.before());
            assertEquals("Linux\n", FromCommonsExec.after(supervisor));
        }
    }
}
