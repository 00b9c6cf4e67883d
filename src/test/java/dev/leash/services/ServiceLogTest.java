package dev.leash.services;

import static dev.leash.support.Eventually.eventually;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Command;
import dev.leash.LogFile;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.ServiceState;
import dev.leash.support.Skip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that write more than a log is made for. */
@Timeout(120)
class ServiceLogTest extends ProbedServers {
    private static final int SIZE = 256 * 1024;

    /** Those of all files of the log, the oldest first. */
    private static List<String> lines(Path log) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int number = 1_000; number >= 0; number--) {
            Path file = number == 0 ? log : log.resolveSibling(log.getFileName() + "." + number);
            if (Files.exists(file)) {
                assertTrue(Files.size(file) <= SIZE, () -> file + " is too large");
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertTrue(text.endsWith("\n"), () -> file + " ends within a line");
                lines.addAll(text.lines().toList());
            }
        }
        return lines;
    }

    private Service flood(int lines, Path log, int keep) {
        return service(
                        "flood",
                        Command.of("seq", "-f", "%.0f of what is written as fast as it can be", "1", "" + lines))
                .log(LogFile.of(log).maxSize(SIZE).keep(keep));
    }

    private static String line(int number) {
        return number + " of what is written as fast as it can be";
    }

    @Test
    void floodIsInTheLogWholeAndInOrder() throws Exception {
        Path log = directory.resolve("log");
        int lines = 200_000;
        ServiceHandle service = supervisor.supervise(flood(lines, log, 1_000));
        assertInstanceOf(ServiceState.Stopped.class, ended(service));
        eventually("all is in the log", () -> Files.readString(log).endsWith(line(lines) + "\n"));
        List<String> written = lines(log);
        assertEquals(lines, written.size());
        for (int i = 0; i < lines; i++) {
            assertEquals(line(i + 1), written.get(i));
        }
    }

    @Test
    void floodTakesNoMoreThanItsFilesAndLosesTheOldestOnly() throws Exception {
        Path log = directory.resolve("log");
        int lines = 100_000;
        ServiceHandle service = supervisor.supervise(flood(lines, log, 2));
        assertInstanceOf(ServiceState.Stopped.class, ended(service));
        eventually("the last is in the log", () -> Files.readString(log).endsWith(line(lines) + "\n"));
        List<String> written = lines(log);
        for (int i = 0; i < written.size(); i++) {
            assertEquals(line(lines - written.size() + 1 + i), written.get(i));
        }
        try (var files = Files.list(directory)) {
            assertEquals(
                    3,
                    files.filter(file -> file.getFileName().toString().startsWith("log"))
                            .count());
        }
    }

    @Test
    void floodThatIsKilledAndBeginsAgainHasWholeLinesInOrder() throws Exception {
        Path log = directory.resolve("log");
        ServiceHandle service =
                supervisor.supervise(flood(Integer.MAX_VALUE, log, 1_000).restart(AT_ONCE));
        for (int runs = 1; runs <= 3; runs++) {
            int number = runs;
            long size = Files.exists(log) ? Files.size(log) : 0;
            eventually(
                    "it writes",
                    () -> Files.exists(log)
                            && Files.size(log) != size
                            && service.pid().isPresent());
            service.pid().stream().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            eventually("it is started again", () -> service.restarts() >= number);
        }
        service.stop();
        ended(service);
        // What a program had written into the pipe within a line is the last of its run.
        int expected = 1;
        int runs = 0;
        List<String> written = lines(log);
        for (int i = 0; i < written.size(); i++) {
            boolean first = written.get(i).equals(line(1));
            if (first) {
                runs++;
                expected = 1;
            }
            boolean last = i == written.size() - 1 || written.get(i + 1).equals(line(1));
            String whole = line(expected++);
            String line = written.get(i);
            assertTrue(line.equals(whole) || (last && whole.startsWith(line)), () -> "'" + line + "' for " + whole);
        }
        assertTrue(runs >= 3, runs + " runs");
    }

    @Test
    void fullDiskIsToldAndTheServiceRunsOnAndLogsWhenThereIsSpaceAgain() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Command mount = Command.of("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk.toString());
        Skip.unless(succeeds(mount), "a small file system cannot be mounted here");
        List<String> told = new CopyOnWriteArrayList<>();
        Handler handler = listener(told);
        try {
            Path log = disk.resolve("log");
            Path filler = Files.write(disk.resolve("filler"), new byte[64 * 1024]);
            ServiceHandle service = supervisor.supervise(
                    service("writer", sh("i=0; while :; do i=$((i+1)); echo $i of what a shell writes; done"))
                            .restart(RestartPolicy.never())
                            .log(LogFile.of(log).maxSize(SIZE).keep(1)));
            service.awaitReady(NEVER);
            long pid = service.pid().orElseThrow();
            eventually("it is told", () -> told.stream()
                    .anyMatch(each -> each.contains(log + " cannot be written: No space")));
            String seen = service.recentOutput();
            eventually("it runs on", () -> !service.recentOutput().equals(seen));
            Files.delete(filler);
            eventually("it logs again", () -> Files.readString(log).contains("bytes of this log were lost: No space"));
            assertEquals(pid, service.pid().orElseThrow());
            assertInstanceOf(ServiceState.Ready.class, service.state());
            service.stop();
            assertTrue(service.end().get().toString().startsWith("stopped"), service::toString);
            List<String> lines = Files.readAllLines(log);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                boolean cut =
                        i + 1 == lines.size() || lines.get(i + 1).startsWith("leash: "); // by the full disk, or the end
                assertTrue(
                        line.matches(cut ? "leash: .*|\\d+( .*)?" : "leash: .*|\\d+ of what a shell writes"),
                        () -> "'" + line + "'");
            }
        } finally {
            Logger.getLogger("dev.leash").removeHandler(handler);
            assertTrue(succeeds(Command.of("umount", "-l", disk.toString())));
        }
    }

    private boolean succeeds(Command command) throws Exception {
        return supervisor.run(command.timeout(ofSeconds(100))).succeeded();
    }

    private static Handler listener(List<String> told) {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger.getLogger("dev.leash").addHandler(handler);
        return handler;
    }
}
