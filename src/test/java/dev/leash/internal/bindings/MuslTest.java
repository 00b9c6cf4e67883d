package dev.leash.internal.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.WaitBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bindings were generated with the headers of glibc. Here the compiler of musl says whether what the library uses of
 * them is the same there: every function, every constant, every size and offset.
 */
@Timeout(60)
class MuslTest {
    /** The code does without these. */
    private static final Set<String> MISSING =
            Set.of("posix_spawn_file_actions_addclosefrom_np", "posix_spawnattr_setcgroup_np", "gnu_get_libc_version");

    /** On x86-64 only are these used as they are: see {@link BindingsLayoutTest}. */
    private static final Set<String> OF_X86_64 =
            Set.of("SYS_sched_getscheduler", "SYS_sched_setattr", "SYS_statx", "SYS_perf_event_open");

    /** What C calls by another name than jextract, or musl than glibc. All that is not here is the same in each. */
    private static final Map<String, String> NAMES_IN_C = Map.of(
            "__sigset_t", "sigset_t",
            "sigaction.__sigaction_handler", "sa_handler",
            "siginfo_t._sifields._sigchld.si_pid", "si_pid",
            "siginfo_t._sifields._sigchld.si_status", "si_status");

    /** Only parts of the way to a member: the sum of the steps is compared. */
    private static final Set<String> STEPS = Set.of("siginfo_t._sifields", "siginfo_t._sifields._sigchld");

    private static final Set<String> TYPEDEFS =
            Set.of("sigset_t", "siginfo_t", "posix_spawnattr_t", "posix_spawn_file_actions_t");

    @TempDir
    Path directory;

    private final List<Path> links = new ArrayList<>();
    private String sources = "";
    private CProbe probe = new CProbe();

    @BeforeEach
    void prepare() throws Exception {
        if (!CProbe.isThere("musl-gcc")) {
            Skipped.because("there is no musl-gcc on the PATH (Debian: musl-tools) to compare the bindings with");
        }
        sources = sources();
        probe = new CProbe("musl-gcc", "-idirafter", kernelHeaders().toString());
    }

    /** JUnit would warn of links to what is outside. */
    @AfterEach
    void removeLinks() throws IOException {
        for (Path link : links) {
            Files.delete(link);
        }
    }

    /** The headers of the kernel without those of glibc, which are in the same folders. */
    private Path kernelHeaders() throws IOException {
        Path headers = Files.createDirectory(directory.resolve("kernel"));
        for (String name : List.of("linux", "asm", "asm-generic")) {
            String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
            Stream<Path> places = Stream.of("/usr/include", "/usr/include/" + machine + "-linux-gnu")
                    .map(Path::of);
            List<Path> found = places.map(place -> place.resolve(name))
                    .filter(Files::isDirectory)
                    .toList();
            if (found.isEmpty()) {
                Skipped.because("there is no <" + name + "/…> of the kernel (Debian: linux-libc-dev)");
            }
            links.add(Files.createSymbolicLink(headers.resolve(name), found.getFirst()));
        }
        return headers;
    }

    @Test
    void everyFunctionThatTheLibraryCallsIsThere() throws Exception {
        Set<String> used = used("\\bLibc\\.(\\w+)(?:\\$address|\\.address)\\(\\)");
        used.add("environ");
        var source = new StringBuilder("#include <stdio.h>\n");
        used.forEach(name -> source.append("extern char ")
                .append(name)
                .append("_[] __asm__(\"")
                .append(name)
                .append("\") __attribute__((weak));\n"));
        source.append("int main(void) {\n");
        used.forEach(name -> source.append("if (!")
                .append(name)
                .append("_) puts(\"")
                .append(name)
                .append("\");\n"));
        source.append("return 0;\n}\n");

        Set<String> missing = probe.output(source.toString(), directory).lines().collect(Collectors.toSet());

        assertTrue(used.size() > 50, used.size() + " functions");
        assertEquals(MISSING, missing);
    }

    @Test
    void everyConstantThatTheLibraryUsesHasTheSameValue() throws Exception {
        Map<String, Number> constants = BindingSymbols.constants();
        Map<String, Long> expected = new TreeMap<>();
        for (String name : used("\\bLibc\\.([A-Z]\\w+)\\(\\)")) {
            if (System.getProperty("os.arch").equals("amd64") || !OF_X86_64.contains(name)) {
                expected.put(name, constants.get(name).longValue());
            }
        }
        probe.askAll(expected.keySet());

        assertTrue(expected.size() > 100, expected.size() + " constants");
        assertEquals(expected, probe.answers(directory));
    }

    @Test
    void everyStructThatTheLibraryUsesHasTheSameSizeAndOffsets() throws Exception {
        Map<String, Long> expected = new TreeMap<>();
        for (String name : used("\\b(\\w+)\\.(?:layout|sizeof|allocate)\\(\\w*\\)")) {
            if (isBound(name) && isSame(name)) {
                expected.put(
                        "sizeof(" + type(name) + ")",
                        BindingSymbols.layoutOf(name).byteSize());
            }
        }
        expected.put("sizeof(struct rusage)", WaitBuffer.MUSL_RUSAGE_BYTES);
        for (String member : used("\\b((?:\\w+\\.)+\\w+)\\$offset\\(\\)")) {
            String struct = member.substring(0, member.indexOf('.'));
            if (isSame(struct) && !STEPS.contains(member)) {
                String name = NAMES_IN_C.getOrDefault(member, member.substring(member.lastIndexOf('.') + 1));
                expected.put("offsetof(" + type(struct) + ", " + name + ")", offset(member));
            }
        }
        probe.askAll(expected.keySet());

        assertTrue(expected.size() > 30, expected.toString());
        assertEquals(expected, probe.answers(directory));
    }

    private static boolean isSame(String struct) {
        return System.getProperty("os.arch").equals("amd64") || !struct.equals("epoll_event");
    }

    private static String type(String struct) {
        String name = NAMES_IN_C.getOrDefault(struct, struct);
        return TYPEDEFS.contains(name) ? name : "struct " + name;
    }

    /** The sum of the offsets on the way to a member. */
    private static long offset(String member) {
        String[] names = member.split("\\.", -1);
        long offset = 0;
        for (int length = 2; length <= names.length; length++) {
            String around = "." + String.join("$", List.of(names).subList(0, length - 1));
            Class<?> type = BindingSymbols.classesOf(names[0]).stream()
                    .filter(candidate -> candidate.getName().endsWith(around))
                    .findFirst()
                    .orElseThrow();
            offset += BindingSymbols.offsets(type).get(names[length - 1]);
        }
        return offset;
    }

    private static boolean isBound(String name) {
        return BindingSymbols.listed("struct", "union", "typedef").stream()
                .anyMatch(listed -> listed.name().equals(name));
    }

    private Set<String> used(String pattern) {
        return Pattern.compile(pattern)
                .matcher(sources)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The code of the library, without the bindings. */
    private static String sources() throws IOException {
        Path root = BindingSymbols.nativeHeaders().resolveSibling("src/main/java");
        var all = new StringBuilder();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/bindings/"))
                    .toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
