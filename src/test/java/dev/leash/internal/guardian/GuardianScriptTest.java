package dev.leash.internal.guardian;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.leash.support.Patience;
import dev.leash.support.ProcScan;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guardian kills and whom it leaves alone, from tables that are written here. */
@Timeout(60)
class GuardianScriptTest {
    /** No other one on this machine has it: the guardian would kill what another test run has started. */
    private static final long LIMIT = ThreadLocalRandom.current().nextLong(1L << 60, 1L << 61);

    private static final String COOKIE =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                    + HexFormat.of().toHexDigits(LIMIT);

    private static final String MARK = Long.toString(ThreadLocalRandom.current().nextLong(1L << 61, 1L << 62));

    /** The shell that gives the group its number exits, so that the group has a member and no leader. */
    private static final String LEADERLESS = "sleep 600 & exit 0";

    private final List<ProcessHandle> toClean = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void clean() {
        toClean.forEach(ProcessHandle::destroyForcibly);
    }

    /** A sleeper that has inherited a mark, and was executed by {@code program}. */
    private ProcScan.Info marked(String mark, String... program) throws Exception {
        List<String> command = new ArrayList<>(List.of("prlimit", "--rss=" + mark + ":"));
        command.addAll(List.of(program));
        command.addAll(List.of("sleep", "600"));
        return started(new ProcessBuilder(command));
    }

    /** A process in a group and a session of its own. */
    private ProcScan.Info sleeper() throws Exception {
        return started(new ProcessBuilder("setsid", "sleep", "600"));
    }

    private ProcScan.Info started(ProcessBuilder builder) throws Exception {
        return sleeps(builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private ProcScan.Info sleeps(Process process) {
        toClean.add(process.toHandle());
        eventually("it sleeps", () -> ProcScan.of(process.pid())
                .filter(info -> info.name().equals("sleep"))
                .isPresent());
        return ProcScan.of(process.pid()).orElseThrow();
    }

    /** A sleeper with nothing in its environment, and a limit of file locks. */
    private ProcScan.Info limited(String locks) throws Exception {
        return started(new ProcessBuilder("prlimit", "--locks=" + locks, "env", "-i", "setsid", "sleep", "600"));
    }

    /** A sleeper in a group whose leader is gone, and whose number is the group's. */
    private ProcScan.Info straggler() throws Exception {
        Process shell = new ProcessBuilder("setsid", "sh", "-c", LEADERLESS)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        int group = (int) shell.pid();
        assertTrue(shell.waitFor(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS));
        eventually("it sleeps", () -> ProcScan.group(group).stream()
                .anyMatch(info -> info.name().equals("sleep")));
        ProcScan.Info left = ProcScan.group(group).getFirst();
        ProcessHandle.of(left.pid()).ifPresent(toClean::add);
        return left;
    }

    private static long startTicks(int pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    }

    private static String entry(String kind, int pid, long since, long until, long seen, String cookie) {
        return kind + " " + pid + " " + since + " " + until + " " + seen + " " + cookie;
    }

    /** Runs the script to its end, with a pipe that ends with it. */
    private void guardian(long jvm, String... entries) throws Exception {
        String text = table(entries);
        Process script = waiting("sh", jvm, text);
        script.getOutputStream().close();
        assertEnds(script, text);
    }

    /** A guardian whose pipe has not ended. */
    private Process waiting(String shell, long jvm, String table) throws IOException {
        Path file = Files.writeString(directory.resolve("table"), table, StandardCharsets.US_ASCII);
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 1<>\"$0\"", file.toString()));
        command.addAll(GuardianScript.command(shell, jvm));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile());
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process script = builder.start();
        toClean.add(script.toHandle());
        script.getOutputStream().write(GuardianScript.TEXT.getBytes(StandardCharsets.US_ASCII));
        script.getOutputStream().flush();
        return script;
    }

    /** The script finds {@code command} under this name. */
    private void useInstead(String name, String command) throws IOException {
        if (command.equals(name)) {
            return; // as it is on this machine
        }
        String program = command.split(" ", 2)[0];
        assumeTrue(
                !program.startsWith("/") || Files.isExecutable(Path.of(program)), "no " + program + " on this machine");
        Path script = Files.createDirectory(directory.resolve("bin")).resolve(name);
        Files.writeString(script, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void assertEnds(Process script, String table) throws Exception {
        assertTrue(script.waitFor(Patience.seconds(100).toSeconds(), TimeUnit.SECONDS), "the script ends");
        assertEquals(table, Files.readString(directory.resolve("table"), StandardCharsets.US_ASCII), "it is only read");
    }

    private String table(String... entries) {
        StringBuilder text = new StringBuilder();
        text.append(padded(entries.length + " " + MARK, GuardianTable.LINE_BYTES));
        text.append(padded("", GuardianTable.FOLDER_BYTES));
        text.append(padded(directory.resolve("gate-").toString(), GuardianTable.FOLDER_BYTES));
        Arrays.stream(entries)
                .map(entry -> padded(entry, GuardianTable.LINE_BYTES))
                .forEach(text::append);
        return text.toString();
    }

    private static String padded(String text, int length) {
        return text + " ".repeat(length - 1 - text.length()) + "\n";
    }

    /** No process has this number, so it is not the script's parent. */
    private static final long GONE = 0;

    @Test
    void whoeverWaitsAtAGateIsLetPassSinceHeFailsAtThePermit() throws Exception {
        Path gate = directory.resolve("gate-x1");
        assertEquals(0, new ProcessBuilder("mkfifo", gate.toString()).start().waitFor());
        Process waiting = new ProcessBuilder("sh", "-c", ": <\"$1\"; : </no/permit", "sh", gate.toString()).start();
        toClean.add(waiting.toHandle());
        eventually("it waits", () -> ProcScan.of(waiting.pid())
                .filter(info -> info.name().equals("sh") && info.state() == 'S')
                .isPresent());
        guardian(GONE, entry("P", 0, 0, 0, 0, "- x1"));
        assertTrue(waiting.waitFor(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS), "it has passed");
        assertFalse(Files.exists(gate), "and the gate is gone");
    }

    @Test
    void leaderWithItsStartTimeIsKilled() throws Exception {
        ProcScan.Info victim = sleeper();
        long start = startTicks(victim.pid());
        guardian(GONE, entry("L", victim.pid(), start - 1, start, 0, "-"));
        eventually("dead", () -> !ProcScan.alive(victim.pid()));
    }

    @Test
    void strangerWhoHasGotTheNumberOfALeaderLives() throws Exception {
        ProcScan.Info stranger = sleeper();
        long start = startTicks(stranger.pid());
        guardian(
                GONE,
                entry("L", stranger.pid(), start - 9, start - 1, 0, "-"),
                entry("L", stranger.pid(), start + 1, start + 9, 0, "-"));
        assertTrue(ProcScan.alive(stranger.pid()));
    }

    @Test
    void freeLinesAreOfNoMeaning() throws Exception {
        ProcScan.Info stranger = sleeper();
        long start = startTicks(stranger.pid());
        guardian(GONE, entry("-", stranger.pid(), start, start, start, COOKIE), "-");
        assertTrue(ProcScan.alive(stranger.pid()));
    }

    @Test
    void groupThatIsLeftByItsLeaderIsKilled() throws Exception {
        ProcScan.Info one = straggler();
        ProcScan.Info two = straggler();
        long first = startTicks(one.pid());
        long second = startTicks(two.pid());
        guardian(
                GONE,
                entry("S", one.pgrp(), first - 1, first, first, "-"),
                // Whoever was killed with the JVM as a zombie is in the table as if it lived.
                entry("L", two.pgrp(), second - 1, second, 0, "-"));
        eventually("dead", () -> !ProcScan.alive(one.pid()) && !ProcScan.alive(two.pid()));
    }

    @Test
    void strangersGroupWithANumberOfOursLives() throws Exception {
        ProcScan.Info stranger = straggler();
        long start = startTicks(stranger.pid());
        guardian(GONE, entry("S", stranger.pgrp(), start - 9, start - 8, start - 1, "-"));
        assertTrue(ProcScan.alive(stranger.pid()));
    }

    /** With grep as systems have it: that of busybox stops at the first NUL. */
    @ParameterizedTest
    @ValueSource(strings = {"/bin/grep", "/bin/busybox grep", "/bin/false"})
    void bearersOfACookieAreKilledAndOthersAreNot(String grep) throws Exception {
        useInstead("grep", grep);
        ProcessBuilder builder = new ProcessBuilder("setsid", "sleep", "600");
        builder.environment().put("FIRST", "for what stops at its end");
        builder.environment().put("LEASH_RUN", "fedcba9876543210fedcba9876543210," + COOKIE);
        ProcScan.Info bearer = started(builder);
        // Its name is there a moment before its environment is.
        eventually("it bears the cookie", () -> Files.readString(
                        Path.of("/proc/" + bearer.pid() + "/environ"), StandardCharsets.ISO_8859_1)
                .contains(COOKIE));
        ProcessBuilder other = new ProcessBuilder("setsid", "sleep", "600");
        other.environment().put("LEASH_RUN", "fedcba9876543210fedcba9876543210");
        ProcScan.Info stranger = started(other);
        // The last half of the cookie as a limit is all that one which has overwritten its environment shows.
        ProcScan.Info marked = limited(Long.toString(LIMIT));
        ProcScan.Info otherwise = limited(Long.toString(LIMIT + 1));
        guardian(GONE, entry("P", 0, 0, 0, 0, COOKIE));
        eventually("dead", () -> !ProcScan.alive(bearer.pid()) && !ProcScan.alive(marked.pid()));
        assertTrue(ProcScan.alive(stranger.pid()));
        assertTrue(ProcScan.alive(otherwise.pid()));
    }

    /**
     * The test's JVM is the one to which the children of the JVM have come, since it is the script's parent. Its group is
     * that of the JVM, as which another of its children serves.
     */
    @Test
    void programThatIsBeingStartedIsKilledAndStrangersAreNot() throws Exception {
        long jvm = started(new ProcessBuilder("sleep", "600")).pid();
        ProcScan.Info older = marked(MARK, "setsid");
        long before = startTicks(older.pid());
        eventually("a tick later", () -> startTicks(sleeper().pid()) > before);
        ProcScan.Info victim = marked(MARK, "setsid");
        ProcScan.Info otherwise = marked("2305843009213693954", "setsid");
        ProcScan.Info unmarked = sleeper();
        ProcScan.Info inTheGroupOfTheJvm = marked(MARK);
        Process shell =
                new ProcessBuilder("prlimit", "--rss=" + MARK + ":", "sh", "-c", "setsid sleep 600 & wait").start();
        toClean.add(shell.toHandle());
        eventually("it sleeps", () -> childOf(shell).isPresent());
        int itsParentLives = childOf(shell).orElseThrow().pid();
        ProcessHandle.of(itsParentLives).ifPresent(toClean::add);
        long start = startTicks(victim.pid());
        assertTrue(start > before);
        guardian(GONE, entry("P", 0, start, 0, 0, "-"));
        assertTrue(ProcScan.alive(victim.pid()), "the group of the JVM is not known");
        guardian(jvm, entry("P", 0, before, 0, 0, "- x1"));
        assertTrue(ProcScan.alive(victim.pid()), "what waits at a fifo passes it and finds no permit");
        guardian(jvm, entry("L", 0, before, before, 0, "-"), entry("-", 0, before, 0, 0, "-"));
        assertTrue(ProcScan.alive(victim.pid()), "none is being started");
        guardian(
                jvm,
                entry("P", 0, start + 1_000_000, 0, 0, "-"),
                entry("P", 0, before + 1, 0, 0, "-"),
                entry("P", 0, start + 1_000_000, 0, 0, "-"));
        eventually("dead", () -> !ProcScan.alive(victim.pid()));
        assertTrue(ProcScan.alive(older.pid()));
        assertTrue(ProcScan.alive(otherwise.pid()));
        assertTrue(ProcScan.alive(unmarked.pid()));
        assertTrue(ProcScan.alive(inTheGroupOfTheJvm.pid()));
        assertTrue(ProcScan.alive(itsParentLives));
    }

    /** A process whose standard output is the pipe that {@code holder} has as its own. */
    private ProcScan.Info withPipeOf(ProcScan.Info holder, String... command) throws Exception {
        File pipe = new File("/proc/" + holder.pid() + "/fd/1");
        return sleeps(new ProcessBuilder(command)
                .redirectOutput(pipe)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** In a group and a session of its own, with a pipe that was made for it. */
    private ProcScan.Info piped() throws Exception {
        return sleeps(new ProcessBuilder("setsid", "sleep", "600")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static long pipeOf(ProcScan.Info holder) throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/fd/1"))
                .toString();
        assertTrue(link.matches("pipe:\\[[0-9]+]"), link);
        return Long.parseLong(link.replaceAll("\\D", ""));
    }

    /** See above: the children of this JVM serve as those that have come to the guardian's parent. */
    @ParameterizedTest
    @ValueSource(strings = {"readlink", "/bin/busybox readlink"})
    void programThatIsBeingStartedWithAPipeIsKilledAndStrangersAreNot(String readlink) throws Exception {
        long jvm = started(new ProcessBuilder("sleep", "600")).pid();
        useInstead("readlink", readlink);
        ProcScan.Info older = piped();
        long pipe = pipeOf(older);
        long before = startTicks(older.pid());
        eventually("a tick later", () -> startTicks(sleeper().pid()) > before);
        // With a child that has no pipe, and is of its group.
        ProcScan.Info victim = withPipeOf(older, "setsid", "sh", "-c", "sleep 600 >/dev/null 2>&1 & exec sleep 600");
        eventually("its child sleeps", () -> ProcScan.sleepers(victim.pid()) == 2);
        ProcScan.Info byError = sleeps(new ProcessBuilder("sh", "-c", "exec setsid sleep 600 2>&1 >/dev/null")
                .redirectOutput(new File("/proc/" + older.pid() + "/fd/1"))
                .start());
        ProcScan.Info elsewhere = withPipeOf(older, "sh", "-c", "exec setsid sleep 600 3>&1 >/dev/null");
        ProcScan.Info otherwise = piped();
        ProcScan.Info inTheGroupOfTheJvm = withPipeOf(older, "sleep", "600");
        Process shell = new ProcessBuilder("sh", "-c", "setsid sleep 600 & wait")
                .redirectOutput(new File("/proc/" + older.pid() + "/fd/1"))
                .start();
        toClean.add(shell.toHandle());
        eventually("it sleeps", () -> childOf(shell).isPresent());
        ProcScan.Info itsParentLives = childOf(shell).orElseThrow();
        ProcessHandle.of(itsParentLives.pid()).ifPresent(toClean::add);
        long start = startTicks(victim.pid());
        assertTrue(start > before);
        guardian(GONE, entry("P", 0, start, 0, pipe, "-"));
        assertTrue(ProcScan.alive(victim.pid()), "the group of the JVM is not known");
        guardian(jvm, entry("P", 0, before, 0, pipe, "- x1"));
        assertTrue(ProcScan.alive(victim.pid()), "what waits at a fifo passes it and finds no permit");
        guardian(jvm, entry("L", 0, before, before, pipe, "-"), entry("-", 0, before, 0, pipe, "-"));
        guardian(jvm, entry("P", 0, before, 0, 0, "-"));
        assertTrue(ProcScan.alive(victim.pid()), "none is being started with that pipe");
        guardian(
                jvm,
                entry("P", 0, start + 1_000_000, 0, 1, "-"),
                entry("P", 0, before + 1, 0, pipe, "-"),
                entry("P", 0, start + 1_000_000, 0, 2, "-"));
        eventually("dead", () -> ProcScan.sleepers(victim.pid()) == 0 && !ProcScan.alive(byError.pid()));
        for (ProcScan.Info stranger : List.of(older, elsewhere, otherwise, inTheGroupOfTheJvm, itsParentLives)) {
            assertTrue(ProcScan.alive(stranger.pid()), stranger::toString);
        }
    }

    @Test
    void groupOfStrangersWhichAProgramHasJoinedLives() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "no /usr/bin/perl on this machine");
        long jvm = started(new ProcessBuilder("sleep", "600")).pid();
        String join = "setpgrp(0, $ARGV[0]) or die $!; exec 'sleep', '600'";
        ProcScan.Info stranger = started(new ProcessBuilder("perl", "-e", join, "0"));
        ProcScan.Info holder = piped();
        long start = startTicks(holder.pid());
        ProcScan.Info joined = withPipeOf(holder, "perl", "-e", join, Integer.toString(stranger.pid()));
        assertEquals(stranger.pid(), joined.pgrp());
        guardian(jvm, entry("P", 0, start, 0, pipeOf(holder), "-"));
        eventually("dead", () -> !ProcScan.alive(joined.pid()) && !ProcScan.alive(holder.pid()));
        assertTrue(ProcScan.alive(stranger.pid()));
    }

    /** It has reused the number of the pipe, maybe. */
    @Test
    void whatWasBornAfterTheSearchBeganLives() throws Exception {
        long jvm = started(new ProcessBuilder("sleep", "600")).pid();
        ProcScan.Info victim = piped();
        String table = table(entry("P", 0, startTicks(victim.pid()), 0, pipeOf(victim), "-"));
        Path began = directory.resolve("began");
        Path goOn = directory.resolve("goOn");
        // The search looks what grep can do when it has told the time.
        useInstead("grep", "sh -c ': >" + began + "; until [ -e " + goOn + " ]; do sleep 0.01; done'");
        Process script = waiting("sh", jvm, table);
        script.getOutputStream().close();
        eventually("it has begun", () -> Files.exists(began));
        long before = startTicks(sleeper().pid());
        eventually("a tick later", () -> startTicks(sleeper().pid()) > before);
        ProcScan.Info late = withPipeOf(victim, "setsid", "sleep", "600");
        Files.createFile(goOn);
        assertEnds(script, table);
        eventually("dead", () -> !ProcScan.alive(victim.pid()));
        assertTrue(ProcScan.alive(late.pid()));
    }

    @Test
    void withoutAWayToSeeWhoHasAPipeNobodyIsTakenForItsHolder() throws Exception {
        long jvm = started(new ProcessBuilder("sleep", "600")).pid();
        useInstead("readlink", "false");
        ProcScan.Info victim = piped();
        long start = startTicks(victim.pid());
        guardian(jvm, entry("P", 0, start, 0, pipeOf(victim), "-"), entry("P", 0, start, 0, 0, "-"));
        assertTrue(ProcScan.alive(victim.pid()));
    }

    private static Optional<ProcScan.Info> childOf(Process parent) {
        return ProcScan.all().stream()
                .filter(info -> info.ppid() == parent.pid() && info.name().equals("sleep"))
                .findAny();
    }

    /** A JVM that is ending, or code in the JVM that has closed the pipe: it may take long until the JVM has gone. */
    @Test
    void pipeThatEndsBeforeTheJvmDoesKillsNobodyUntilTheJvmHasGone() throws Exception {
        ProcScan.Info child = sleeper();
        long start = startTicks(child.pid());
        Process jvm = parentOfGuardian(table(entry("L", child.pid(), start - 1, start, 0, "-")));
        int guardian = guardianOf(jvm);
        jvm.getOutputStream().close();
        eventually("it expects to wait for long", () -> isPausing(guardian));
        assertTrue(ProcScan.alive(child.pid()));
        jvm.destroyForcibly().waitFor();
        eventually("dead", () -> !ProcScan.alive(child.pid()));
        eventually("and the guardian has ended", () -> !ProcScan.alive(guardian));
    }

    @Test
    void guardianWhosePipeHasEndedLeavesAJvmThatHasNoMoreUseForIt() throws Exception {
        Process jvm = parentOfGuardian(table());
        int guardian = guardianOf(jvm);
        jvm.getOutputStream().close();
        eventually("it expects to wait for long", () -> isPausing(guardian));
        try (FileChannel table = FileChannel.open(directory.resolve("table"), StandardOpenOption.WRITE)) {
            table.write(ByteBuffer.wrap(padded("", GuardianTable.LINE_BYTES).getBytes(StandardCharsets.US_ASCII)), 0);
        }
        eventually(
                "it has ended",
                () -> ProcScan.of(guardian).map(info -> info.state() == 'Z').orElse(true));
        assertTrue(jvm.isAlive());
    }

    /** A process in the place of the JVM: it is the guardian's parent, and lives on when its standard input is closed. */
    private Process parentOfGuardian(String table) throws IOException {
        Path file = Files.writeString(directory.resolve("table"), table, StandardCharsets.US_ASCII);
        String script = "exec 1<>\"$0\" 3<&0; \"$@\" $$ <&3 & exec sleep 600 </dev/null 3<&-";
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", script, file.toString()));
        List<String> guardian = GuardianScript.command(forkingShell(), 0);
        command.addAll(guardian.subList(0, guardian.size() - 1));
        Process jvm = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
        toClean.add(jvm.toHandle());
        jvm.getOutputStream().write(GuardianScript.TEXT.getBytes(StandardCharsets.US_ASCII));
        jvm.getOutputStream().flush();
        return jvm;
    }

    /** One whose pauses are processes: in that of busybox sleep may be a command of its own. */
    private static String forkingShell() {
        Optional<String> shell = Stream.of("/bin/dash", "/bin/bash")
                .filter(name -> Files.isExecutable(Path.of(name)))
                .findFirst();
        assumeTrue(shell.isPresent(), "neither /bin/dash nor /bin/bash on this machine");
        return shell.orElseThrow();
    }

    private int guardianOf(Process jvm) {
        eventually(
                "the guardian waits",
                () -> guardians(jvm).size() == 1 && guardians(jvm).getFirst().state() == 'S');
        int guardian = guardians(jvm).getFirst().pid();
        ProcessHandle.of(guardian).ifPresent(toClean::add);
        return guardian;
    }

    private static List<ProcScan.Info> guardians(Process jvm) {
        return ProcScan.all().stream()
                .filter(info -> info.ppid() == jvm.pid() && info.name().equals("leash-guardian"))
                .toList();
    }

    /** Empty if it has ended. */
    private static String commandLine(int pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    /** In the pauses that it makes after a time in which any JVM should have ended. */
    private static boolean isPausing(int guardian) {
        for (ProcScan.Info child : ProcScan.all()) {
            if (child.ppid() == guardian && commandLine(child.pid()).equals("sleep 1 ")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void nameOfAProcessCanHoldAnything() throws Exception {
        Path program = Files.copy(Path.of("/bin/sleep"), directory.resolve(") S 1\n2 (x"));
        Process process = new ProcessBuilder("setsid", program.toString(), "600").start();
        toClean.add(process.toHandle());
        int pid = (int) process.pid();
        eventually("it sleeps", () -> ProcScan.of(pid).orElseThrow().name().contains("(x"));
        long start = startTicks(pid);
        guardian(GONE, entry("L", pid, start - 1, start, 0, "-"));
        assertTrue(process.waitFor(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS), "dead");
    }

    /** By the names that systems give to their /bin/sh. */
    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox"})
    void eachShellIsOneShortLineInAListOfProcessesAndWorks(String name) throws Exception {
        Path program = Path.of("/bin", name);
        assumeTrue(Files.isExecutable(program), "no " + program + " on this machine");
        Path shell = Files.createSymbolicLink(directory.resolve("sh"), program);
        ProcScan.Info leader = sleeper();
        ProcScan.Info straggler = straggler();
        long first = startTicks(leader.pid());
        long second = startTicks(straggler.pid());
        String table = table(
                entry("L", leader.pid(), first - 1, first, 0, "-"),
                entry("S", straggler.pgrp(), second - 1, second, second, "-"));
        Process script = waiting(shell.toString(), GONE, table);
        eventually("it waits", () -> ProcScan.of(script.pid())
                .filter(info -> info.name().equals("leash-guardian") && info.state() == 'S')
                .isPresent());
        Files.delete(shell);
        String line = Files.readString(Path.of("/proc/" + script.pid() + "/cmdline"), StandardCharsets.UTF_8);
        assertEquals(shell + " -s leash-guardian 0 ", line.replace('\0', ' '));
        assertTrue(ProcScan.alive(leader.pid()) && ProcScan.alive(straggler.pid()), "it waits for the end of the pipe");
        script.getOutputStream().close();
        assertEnds(script, table);
        eventually("dead", () -> !ProcScan.alive(leader.pid()) && !ProcScan.alive(straggler.pid()));
    }

    /** Of a user who has many pipes each new one holds a page, before Linux 5.14. */
    @Test
    void anyPipeTakesTheWholeScriptAtOnce() {
        int pipeBuf = 4096;
        assertTrue(GuardianScript.TEXT.length() <= pipeBuf, () -> GuardianScript.TEXT.length() + " bytes");
        assertTrue(GuardianScript.TEXT.chars().allMatch(character -> character < 0x80));
    }
}
