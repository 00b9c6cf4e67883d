package dev.leash.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shell script before the jar, under each shell that is here. In place of a JDK it finds a folder whose
 * {@code bin/java} writes down how it was started. All text is ISO 8859-1: one character a byte.
 */
@Timeout(60)
class LauncherTest {
    private static final List<String> SHELLS = List.of("dash", "bash", "bash --posix", "busybox sh");

    /** Written as a program would see it: the shell that runs this has not touched cmdline and environ. */
    private static final String FAKE_JAVA = """
            #!/bin/sh
            PATH=/usr/bin:/bin
            out=${0%/bin/java}
            echo >>"$out/starts"
            [ ! -e "$out/broken" ] || { cat "$out/broken" >&2; exit 1; }
            cat /proc/$$/cmdline >"$out/cmdline"
            cat /proc/$$/environ >"$out/environ"
            echo $$ >"$out/pid"
            readlink /proc/self/cwd >"$out/cwd"
            grep SigIgn: /proc/self/status >"$out/status"
            # By another shell, since this one would change its own descriptors to write the list.
            sh -c 'exec >"$2/fds"
                for fd in 0 1 2 3 4 5 6 7 8 9; do
                    echo "$fd $(readlink /proc/$1/fd/$fd)"
                done' - $$ "$out"
            """;

    @TempDir
    Path temp;

    private Path script;
    private Path jdk;

    @BeforeAll
    static void saySo() {
        SHELLS.stream()
                .filter(shell -> find(shell).isEmpty())
                .forEach(shell ->
                        System.out.println("LauncherTest: not tested with " + shell + ": it is not installed"));
    }

    static Stream<String> shells() {
        return SHELLS.stream().map(LauncherTest::find).flatMap(Optional::stream);
    }

    private static Optional<String> find(String shell) {
        return Stream.of("/usr/bin/", "/bin/")
                .map(folder -> folder + shell)
                .filter(path -> Files.isExecutable(Path.of(path.split(" ", 2)[0])))
                .findFirst();
    }

    /** The folders that every system has are searched below the temporary one. */
    @BeforeEach
    void install() throws IOException {
        String text = Files.readString(Path.of("src/main/launcher/leash.sh"), ISO_8859_1);
        script = temp.resolve("leash");
        write(script, text.replace("/usr/lib/jvm", temp + "/usr/lib/jvm").replace(" /opt;", " " + temp + "/opt;"));
        jdk = jdk("jdk", "25.0.1");
    }

    // ---- Which Java.

    @ParameterizedTest
    @MethodSource("shells")
    void leashJavaHomeIsTakenBeforeAllOthers(String shell) throws Exception {
        Path other = jdk("other", "26");
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk + " JAVA_HOME=" + other + " PATH=" + other + "/bin");
        assertEquals(0, run.exit, run.err);
        assertEquals(jdk + "/bin/java", started(jdk).java());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void leashJavaHomeThatIsNoUseIsAnErrorThoughAnotherWouldDo(String shell) throws Exception {
        Run missing = run(shell, "LEASH_JAVA_HOME=" + temp + "/none JAVA_HOME=" + jdk);
        assertEquals(125, missing.exit);
        assertContains("cannot use LEASH_JAVA_HOME=" + temp + "/none: no executable file bin/java there", missing.err);

        Path old = jdk("old", "21.0.2");
        Run tooOld = run(shell, "LEASH_JAVA_HOME=" + old + " JAVA_HOME=" + jdk);
        assertEquals(125, tooOld.exit);
        assertContains("21.0.2 (needed: Java 22 or newer)", tooOld.err);

        Files.delete(old.resolve("release"));
        assertContains("no file 'release' there", run(shell, "LEASH_JAVA_HOME=" + old).err);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void javaHomeThatIsTooOldIsPassedOver(String shell) throws Exception {
        Path old = jdk("old", "1.8.0_292");
        Run run = run(shell, "JAVA_HOME=" + old + " PATH=" + jdk + "/bin");
        assertEquals(0, run.exit, run.err);
        assertEquals(jdk + "/bin/java", started(jdk).java());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void javaOnThePathIsFollowedToWhereItIs(String shell) throws Exception {
        // Were the star of the PATH a pattern, it would match this one first.
        Path decoy = Files.createDirectories(temp.resolve("a b/!/links"));
        write(decoy.resolve("java"), "");
        Path links = Files.createDirectories(temp.resolve("a b/*/links"));
        Files.createSymbolicLink(links.resolve("alternative"), jdk.resolve("bin/java"));
        Files.createSymbolicLink(links.resolve("java"), Path.of("alternative"));
        Run run = run(shell, "'PATH=" + temp + "/none:" + links + "'");
        assertEquals(0, run.exit, run.err);
        assertEquals(jdk + "/bin/java", started(jdk).java());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void ofTheUsualFoldersTheNewestIsTaken(String shell) throws Exception {
        Path first = jdk("usr/lib/jvm/a-23", "23");
        Path home = jdk("home/.sdkman/candidates/java/early", "27-ea");
        Path opt = jdk("opt/jdk", "26.0.1");
        Path old = jdk("usr/lib/jvm/z-17", "17.0.15");

        Run run = run(shell, "HOME=" + temp + "/home PATH=" + old + "/bin");
        assertEquals(0, run.exit, run.err);
        assertEquals(home + "/bin/java", started(home).java());

        assertEquals(0, run(shell, "HOME=" + temp).exit);
        assertEquals(opt + "/bin/java", started(opt).java());

        Files.delete(opt.resolve("release"));
        assertEquals(0, run(shell, "A=1").exit);
        assertEquals(first + "/bin/java", started(first).java());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whereThereIsNoneItSaysWhereItLooked(String shell) throws Exception {
        Path old = jdk("usr/lib/jvm/old", "21.0.2");
        jdk("usr/lib/jvm/older", "1.8.0_292");
        Path none = temp.resolve("none");
        Run run = run(shell, "HOME=" + temp + " JAVA_HOME=" + none + " PATH=" + old + "/bin");
        assertEquals(125, run.exit);
        assertEquals("""
                leash: no Java 22 or newer was found. These were looked at:
                  LEASH_JAVA_HOME: not set
                  JAVA_HOME=T/none: no executable file bin/java there
                  java on the PATH, T/usr/lib/jvm/old/bin/java: 21.0.2
                  T/usr/lib/jvm/*: old (21.0.2), older (1.8.0_292)
                  T/.sdkman/candidates/java/*: none
                  T/opt/*: none
                Install one, or set LEASH_JAVA_HOME to the folder of one.
                """, run.err.replace(temp.toString(), "T"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void javaThatCannotStartIsAnErrorOfLeash(String shell) throws Exception {
        write(jdk.resolve("bin/java"), "#!/none/sh\n");
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk);
        assertEquals(125, run.exit);
        assertContains("leash: cannot start " + jdk + "/bin/java", run.err);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whereALimitIsLowItIsTriedWhetherJavaCanStart(String shell) throws Exception {
        String environment = "LEASH_JAVA_HOME=" + jdk;
        assertEquals(0, run(shell, environment).exit);
        assertEquals(1, Files.readAllLines(jdk.resolve("starts")).size(), "no limit is low");
        for (String limit : List.of("-v 3000000", "-d 900000")) {
            Files.delete(jdk.resolve("starts"));
            Run run = run(shell, environment, "ulimit " + limit);
            assertEquals(0, run.exit, run.err);
            assertEquals(2, Files.readAllLines(jdk.resolve("starts")).size(), limit);
        }
        write(jdk.resolve("broken"), """
                Error occurred during initialization of VM
                Could not reserve enough *
                """);
        Run run = run(shell, environment, "ulimit -v 3000000");
        assertEquals(125, run.exit);
        assertEquals(
                "leash: Java cannot start with so little (ulimit -v is 3000000): Could not reserve enough *\n",
                run.err);
        assertEquals("", run.out);

        write(jdk.resolve("broken"), "#\n# There is insufficient memory.\n# More\n");
        assertContains(
                "-d is 900000): There is insufficient memory.\n", run(shell, environment, "ulimit -d 900000").err);
        write(jdk.resolve("broken"), "");
        assertContains("it does not say why", run(shell, environment, "ulimit -d 900000").err);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void whatTheJvmReportsOfItsEndGoesIntoNoFileUnlessItIsAskedFor(String shell) throws Exception {
        run(shell, "LEASH_JAVA_HOME=" + jdk);
        assertEquals(Optional.of("/dev/null"), started(jdk).option("-XX:ErrorFile="));
        run(shell, "LEASH_DEBUG=1 LEASH_JAVA_HOME=" + jdk);
        assertEquals(Optional.empty(), started(jdk).option("-XX:ErrorFile="));
    }

    // ---- The start.

    @ParameterizedTest
    @MethodSource("shells")
    void argumentsArriveByteForByte(String shell) throws Exception {
        StringBuilder every = new StringBuilder();
        IntStream.rangeClosed(1, 255).forEach(c -> every.append((char) c));
        write(temp.resolve("every"), every.toString());
        List<String> arguments =
                List.of("", "a b", "", " ", "\t\n", "'\"\\$HOME`x`*", "-x", "--", "@file", "%s\\n", "ä");
        // A shell would cut newlines from the end of $(…): the x keeps them.
        Run run = run(
                shell,
                "LEASH_JAVA_HOME=" + jdk,
                "every=$(cat '" + temp + "/every'; echo x); set -- \"$@\" \"$every\" ''",
                arguments.toArray(new String[0]));
        assertEquals(0, run.exit, run.err);
        List<String> expected = new ArrayList<>();
        arguments.forEach(a -> expected.add(new String(a.getBytes(UTF_8), ISO_8859_1)));
        expected.add(every + "x");
        expected.add("");
        assertEquals(expected, started(jdk).arguments());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theProcessStays(String shell) throws Exception {
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk);
        assertEquals(
                run.pid, Long.parseLong(Files.readString(jdk.resolve("pid")).strip()));
    }

    @Test
    void itIsFoundThroughLinksAndPathsFromAnywhere() throws Exception {
        Path bin = Files.createDirectories(temp.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("linked"), Path.of("../leash"));
        String env = "exec env LEASH_JAVA_HOME=" + jdk + " ";
        List.of(
                        "cd /; PATH=$PATH:" + bin + "; " + env + "linked",
                        "cd " + bin + "; " + env + "./linked",
                        "cd " + bin + "; " + env + "../leash",
                        "cd " + bin + "; " + env + "PATH=\"$PATH:" + temp + "\" leash",
                        "cd " + temp + "; PATH=$PATH: ; " + env + "leash")
                .forEach(command -> {
                    Run run = sh(command);
                    assertEquals(0, run.exit, run.err);
                    Started started = started(jdk);
                    Path found = Path.of(started.cwd()).resolve(started.classPath());
                    assertTrue(Files.exists(found), command + " → " + found);
                    assertEquals(script, real(found), command);
                    String name = command.endsWith("linked") ? "linked" : "leash";
                    assertEquals(Optional.of(name), started.property("name"), command);
                });
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aColonInItsPathDoesNotSplitTheClassPath(String shell) throws Exception {
        Path folder = Files.createDirectories(temp.resolve("a:b"));
        script = Files.copy(script, folder.resolve("leash"));
        write(folder.resolve("leash.aot"), "");
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk, "exec 4</dev/null");
        assertEquals(0, run.exit, run.err);
        Started started = started(jdk);
        assertEquals("/proc/self/fd/7", started.classPath());
        assertEquals(Optional.empty(), started.option("-XX:AOTCache="), "it cannot be told where that is");
        assertEquals(script.toString(), started.descriptor(7));
        assertEquals(Optional.of("4"), started.property("fds"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theCacheBesideItIsUsedByAJavaThatKnowsSuch(String shell) throws Exception {
        run(shell, "LEASH_JAVA_HOME=" + jdk);
        assertEquals(Optional.empty(), started(jdk).option("-XX:AOTCache="), "there is none");

        write(temp.resolve("leash.aot"), "");
        Path link = Files.createSymbolicLink(temp.resolve("linked"), script);
        sh("exec env -i LEASH_JAVA_HOME=" + jdk + " " + shell + " " + link);
        assertEquals(Optional.of(temp + "/leash.aot"), started(jdk).option("-XX:AOTCache="));

        write(temp.resolve("leash.more.aot"), "");
        run(shell, "LEASH_JAVA_HOME=" + jdk);
        assertEquals(Optional.of(temp + "/leash.more.aot"), started(jdk).option("-XX:AOTCache="));
        sh("exec env -i LEASH_JAVA_HOME=" + jdk + " " + shell + " " + script + " timeout 1 true");
        assertEquals(Optional.of(temp + "/leash.aot"), started(jdk).option("-XX:AOTCache="), "that of timeout");

        run(shell, "LEASH_MAKE_AOT=/tmp/new LEASH_JAVA_HOME=" + jdk);
        assertEquals(Optional.of("1"), started(jdk).property("train"));
        assertEquals(Optional.of("/tmp/new"), started(jdk).option("-XX:AOTCacheOutput="));
        assertEquals(Optional.empty(), started(jdk).option("-XX:AOTCache="));

        jdk = jdk("older", "24.0.2");
        run(shell, "LEASH_JAVA_HOME=" + jdk);
        assertEquals(Optional.empty(), started(jdk).option("-XX:AOTCache="));
    }

    // ---- What it writes down.

    @ParameterizedTest
    @MethodSource("shells")
    void anOrdinaryStartRecordsNothingButTheEnvironment(String shell) throws Exception {
        run(shell, "LEASH_JAVA_HOME=" + jdk);
        Started started = started(jdk);
        assertEquals(Optional.empty(), started.property("closed"));
        assertEquals(Optional.empty(), started.property("fds"));
        assertEquals(Optional.empty(), started.property("cwdfd"));
        assertEquals(0, started.signals("sigign"));
        assertEquals(0, started.signals("sigblk"));
        assertEquals(Optional.of("1"), started.property("environ"));
        assertEquals(Optional.of("3,5,6"), started.property("reserved"));
        List.of(3, 5, 6).forEach(fd -> assertEquals("/dev/null", started.descriptor(fd), "kept from the JVM"));
        List.of(4, 7, 8, 9).forEach(fd -> assertEquals("", started.descriptor(fd)));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void closedDescriptorsAreRecordedAndFilled(String shell) throws Exception {
        run(shell, "LEASH_JAVA_HOME=" + jdk, "exec 0<&- 2>&-");
        assertEquals(Optional.of("0,2"), started(jdk).property("closed"));
        assertEquals("/dev/null", started(jdk).descriptor(0));
        assertNotEquals("/dev/null", started(jdk).descriptor(1));
        assertEquals("/dev/null", started(jdk).descriptor(2));

        run(shell, "LEASH_JAVA_HOME=" + jdk, "exec 0<&- 1>&- 2>&-");
        assertEquals(Optional.of("0,1,2"), started(jdk).property("closed"));
        assertEquals(Optional.empty(), started(jdk).property("fds"));
        IntStream.rangeClosed(0, 3)
                .forEach(fd -> assertEquals("/dev/null", started(jdk).descriptor(fd)));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void otherOpenDescriptorsAreRecordedWithoutTheShellsOwn(String shell) throws Exception {
        run(shell, "LEASH_JAVA_HOME=" + jdk, "exec 3</dev/zero 7</dev/full 9>" + temp + "/gone; rm " + temp + "/gone");
        Started started = started(jdk);
        assertEquals(Optional.of("3,7,9"), started.property("fds"));
        assertEquals(Optional.of("5,6"), started.property("reserved"));
        assertEquals("/dev/zero", started.descriptor(3), "the caller's own");
        assertEquals("/dev/full", started.descriptor(7));
        assertEquals("", started.descriptor(4));

        // Where dash and busybox would put the script itself.
        Run run = sh("exec env -i LEASH_JAVA_HOME=" + jdk
                + " bash -c 'exec 10</dev/full 12</dev/full 255</dev/full; exec " + shell + " " + script + "'");
        assertEquals(0, run.exit, run.err);
        assertEquals(Optional.of("10,12,255"), started(jdk).property("fds"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void ignoredSignalsAreRecorded(String shell) throws Exception {
        run(shell, "LEASH_JAVA_HOME=" + jdk, "trap '' INT QUIT USR2 PIPE");
        assertEquals(0x1806, started(jdk).signals("sigign"));
        assertContains("1806", Files.readString(jdk.resolve("status")));

        run(shell, "LEASH_JAVA_HOME=" + jdk, "trap '' HUP TERM");
        assertEquals(0x4001, started(jdk).signals("sigign"), "bash ignores QUIT, for itself only");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void blockedSignalsAreRecorded(String shell) throws Exception {
        // No shell can block signals. This env can, on coreutils.
        Run run = sh("exec env --block-signal=USR1,TERM LEASH_JAVA_HOME=" + jdk + " " + shell + " " + script);
        if (run.exit == 125 && run.err.contains("env:")) {
            System.out.println("LauncherTest: no blocked signals tested, env cannot block them");
            return;
        }
        assertEquals(0x4200, started(jdk).signals("sigblk"));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theEnvironmentIsKeptByteForByte(String shell) throws Exception {
        String odd = "LEASH_JAVA_HOME=" + jdk
                + " EMPTY= 'bad-name=1' 'BASH_FUNC_read%%=() {  exit 9; }' 1DIGIT=x 'NL=a\n\nb\n' \"$(printf 'B\\377=\\200\\376')\""
                + " JAVA_TOOL_OPTIONS=-Dx=1 JDK_JAVA_OPTIONS=-Dx=2 _JAVA_OPTIONS=-Dx=3"
                + " PWD=/elsewhere SHLVL=7 IFS=x leash_fd=mine LEASH_ENVIRON_0=stale LEASH_ENVIRON_1=stale";
        Run run = run(shell, odd);
        assertEquals(0, run.exit, run.err);
        Started started = started(jdk);
        assertEquals(
                List.of(
                        "LEASH_JAVA_HOME=" + jdk,
                        "EMPTY=",
                        "bad-name=1",
                        "BASH_FUNC_read%%=() {  exit 9; }",
                        "1DIGIT=x",
                        "NL=a\n\nb\n",
                        "B\377=\200\376",
                        "JAVA_TOOL_OPTIONS=-Dx=1",
                        "JDK_JAVA_OPTIONS=-Dx=2",
                        "_JAVA_OPTIONS=-Dx=3",
                        "PWD=/elsewhere",
                        "SHLVL=7",
                        "IFS=x",
                        "leash_fd=mine",
                        "LEASH_ENVIRON_0=stale",
                        "LEASH_ENVIRON_1=stale"),
                started.originalEnvironment());
        for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            assertEquals(Optional.empty(), started.variable(name), "the JVM would say that it picked it up");
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anEmptyEnvironmentIsKeptEmpty(String shell) throws Exception {
        Files.createDirectories(temp.resolve("usr/lib/jvm"));
        Files.createSymbolicLink(temp.resolve("usr/lib/jvm/jdk"), jdk);
        assertEquals(0, run(shell, "").exit);
        assertEquals(Optional.of("0"), started(jdk).property("environ"));
        assertEquals(List.of(), started(jdk).originalEnvironment());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aLargeEnvironmentIsKeptInPieces(String shell) throws Exception {
        String big = "x".repeat(100_000);
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk + " A=$big B=$big", "big=" + big);
        assertEquals(0, run.exit, run.err);
        assertEquals(Optional.of("3"), started(jdk).property("environ"));
        assertEquals(
                List.of("LEASH_JAVA_HOME=" + jdk, "A=" + big, "B=" + big),
                started(jdk).originalEnvironment());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void anEnvironmentThatWouldNotFitTwiceIsLeftAlone(String shell) throws Exception {
        String big = "big=" + "x".repeat(100_000);
        String twelve = " A=$big B=$big C=$big D=$big E=$big F=$big G=$big H=$big I=$big J=$big K=$big L=$big";
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk + twelve, big);
        assertEquals(0, run.exit, run.err);
        assertEquals(Optional.empty(), started(jdk).property("environ"));
        assertEquals(Optional.empty(), started(jdk).variable("LEASH_ENVIRON_0"));
        assertTrue(started(jdk).variable("L").isPresent());

        Run little = run(shell, "LEASH_JAVA_HOME=" + jdk + " A=$big", big + "; ulimit -s 512");
        assertEquals(0, little.exit, little.err);
        assertEquals(Optional.empty(), started(jdk).property("environ"), "a small stack leaves little room");

        Run arguments =
                run(shell, "LEASH_JAVA_HOME=" + jdk + " A=$big", big + "; set -- $big $big $big; ulimit -s 2048");
        assertEquals(0, arguments.exit, arguments.err);
        assertEquals(Optional.empty(), started(jdk).property("environ"), "the arguments count too");
    }

    /** Bash counts the characters of a text, of which three bytes may be one. */
    @ParameterizedTest
    @MethodSource("shells")
    void argumentsCountByTheirBytesWhateverTheLocale(String shell) throws Exception {
        String big = "big=" + "x".repeat(100_000);
        String euros = "euros=" + new String("€".repeat(33_000).getBytes(UTF_8), ISO_8859_1);
        Run run = run(
                shell,
                "LEASH_JAVA_HOME=" + jdk + " LC_ALL=C.UTF-8 A=$big",
                big + "; " + euros + "; set -- $euros $euros $euros; ulimit -s 2048");
        assertEquals(0, run.exit, run.err);
        assertEquals(Optional.empty(), started(jdk).property("environ"), "it would not fit twice");
        assertEquals(3, started(jdk).arguments().size());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aDeletedDirectoryIsKeptOpen(String shell) throws Exception {
        Path gone = Files.createDirectories(temp.resolve("gone"));
        Run run = run(shell, "LEASH_JAVA_HOME=" + jdk, "exec 4</dev/null; cd " + gone + "; rmdir " + gone);
        assertEquals(0, run.exit, run.err);
        Started started = started(jdk);
        assertEquals(Optional.of("7"), started.property("cwdfd"));
        assertEquals(gone + " (deleted)", started.descriptor(7));
        assertEquals(Optional.of("4"), started.property("fds"));
        assertEquals("/", started.cwd());
        assertEquals(script.toString(), started.descriptor(8), "the class path, though by a name that leads here");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void nothingIsCompiledForWhatDoesEachThingOnce(String shell) throws Exception {
        String environment = "LEASH_JAVA_HOME=" + jdk;
        assertTrue(isInterpreted(shell, environment, script, "timeout", "1", "true"));
        assertTrue(isInterpreted(
                shell, environment, Files.createSymbolicLink(temp.resolve("timeout"), script), "1", "true"));
        assertTrue(isInterpreted(shell, environment, script, "run", "--", "timeout"));
        assertTrue(isInterpreted(shell, environment, script, "doctor"));
        for (String option : List.of("--json", "--prefix", "--idle-timeout=1s", "--tty", "--containment=tree")) {
            assertFalse(isInterpreted(shell, environment, script, "run", "--timeout=1s", option, "--", "true"), option);
        }
        assertFalse(isInterpreted(shell, environment, script, "batch", "jobs"));
        assertFalse(isInterpreted(shell, environment, script));
    }

    private boolean isInterpreted(String shell, String environment, Path command, String... arguments) {
        Run run = sh("exec env -i " + environment + " " + shell + " '" + command + "' \"$@\"", arguments);
        assertEquals(0, run.exit, run.err);
        Started started = started(jdk);
        assertEquals(List.of(arguments), started.arguments());
        return started.option("-Xint").isPresent();
    }

    // ---- Helpers.

    private record Run(long pid, int exit, String out, String err) {}

    /** What the fake Java saw: the shell that runs it comes first on its command line. */
    private record Started(List<String> commandLine, List<String> environment, List<String> descriptors, String cwd) {
        String java() {
            return commandLine.get(1);
        }

        private int main() {
            return commandLine.indexOf("dev.leash.cli.Main");
        }

        List<String> arguments() {
            return commandLine.subList(main() + 1, commandLine.size());
        }

        String classPath() {
            return commandLine.get(main() - 1);
        }

        Optional<String> property(String name) {
            return option("-Dleash." + name + "=");
        }

        Optional<String> option(String prefix) {
            return value(commandLine.subList(0, main()), prefix);
        }

        Optional<String> variable(String name) {
            return value(environment, name + "=");
        }

        /** Without 32 and 33, which are glibc's own: its posix_spawn leaves them ignored in what it starts. */
        long signals(String property) {
            return Long.parseUnsignedLong(property(property).orElseThrow(), 16) & Integer.MAX_VALUE;
        }

        String descriptor(int fd) {
            return value(descriptors, fd + " ").orElseThrow();
        }

        List<String> originalEnvironment() {
            StringBuilder all = new StringBuilder();
            int pieces = Integer.parseInt(property("environ").orElseThrow());
            for (int i = 0; i < pieces; i++) {
                byte[] piece = Base64.getDecoder()
                        .decode(variable("LEASH_ENVIRON_" + i).orElseThrow());
                all.append(new String(piece, ISO_8859_1));
            }
            return split(all.toString());
        }

        private static Optional<String> value(List<String> in, String prefix) {
            return in.stream()
                    .filter(s -> s.startsWith(prefix))
                    .map(s -> s.substring(prefix.length()))
                    .findFirst();
        }
    }

    private static List<String> split(String zeroTerminated) {
        String[] parts = zeroTerminated.split("\0", -1);
        assertEquals("", parts[parts.length - 1], "ends with a zero");
        return List.of(Arrays.copyOf(parts, parts.length - 1));
    }

    private static Started started(Path jdk) {
        try {
            return new Started(
                    split(Files.readString(jdk.resolve("cmdline"), ISO_8859_1)),
                    split(Files.readString(jdk.resolve("environ"), ISO_8859_1)),
                    Files.readAllLines(jdk.resolve("fds"), ISO_8859_1),
                    Files.readString(jdk.resolve("cwd"), ISO_8859_1).strip());
        } catch (IOException e) {
            throw new AssertionError("Java was not started as it should", e);
        }
    }

    /** Runs the script by {@code shell} with exactly the given environment, and deletes what an earlier run left. */
    private Run run(String shell, String environment) {
        return run(shell, environment, ":");
    }

    private Run run(String shell, String environment, String before, String... arguments) {
        return sh(before + "; exec env -i " + environment + " " + shell + " '" + script + "' \"$@\"", arguments);
    }

    private Run sh(String command, String... arguments) {
        try {
            for (String left : List.of("cmdline", "environ", "fds", "cwd", "pid", "status")) {
                Files.deleteIfExists(jdk.resolve(left));
            }
            write(temp.resolve("command"), command);
            // Where the tests run in the background, or under nohup, some are ignored, which is inherited.
            List<String> line = new ArrayList<>(List.of("env", "--default-signal", "/bin/sh", temp + "/command"));
            line.addAll(List.of(arguments));
            Path out = temp.resolve("out");
            Path err = temp.resolve("err");
            Process process = new ProcessBuilder(line)
                    .redirectInput(Path.of("/dev/zero").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                int exit = process.waitFor();
                return new Run(
                        process.pid(), exit, Files.readString(out, ISO_8859_1), Files.readString(err, ISO_8859_1));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Path jdk(String folder, String version) throws IOException {
        Path home = Files.createDirectories(temp.resolve(folder));
        Files.createDirectories(home.resolve("bin"));
        write(home.resolve("bin/java"), FAKE_JAVA);
        write(home.resolve("release"), "IMPLEMENTOR=\"None\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
        return home;
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, ISO_8859_1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertContains(String part, String whole) {
        assertTrue(whole.contains(part), () -> "\"" + part + "\" is not in: " + whole);
    }
}
