package dev.leash.internal.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.bindings.BindingSymbols.Listed;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bindings were generated once, on one machine. Here a C compiler says whether they are true on this one: a wrong
 * offset or constant does not fail by itself, it reads the wrong bytes.
 */
@Timeout(60)
class BindingsLayoutTest {
    /** What code must not use without asking which architecture it is: the table in native-headers/README.md. */
    private static final Set<String> OTHER_TYPES_ON_AARCH64 = Set.of("struct epoll_event", "struct stat");

    private static final Set<String> OTHER_CONSTANTS_ON_AARCH64 = Set.of(
            "O_DIRECTORY",
            "O_NOFOLLOW",
            "SYS_sched_getscheduler",
            "SYS_sched_setattr",
            "SYS_statx",
            "SYS_perf_event_open");

    @TempDir
    Path directory;

    @Test
    void everyStructHasTheCompilersSizeAndOffsets() throws Exception {
        assumeCompiler();
        var probe = new CProbe();
        var expected = new TreeMap<String, Map<String, Long>>();
        for (Listed listed : BindingSymbols.listed("struct", "union", "typedef")) {
            String type = listed.kind().equals("typedef") ? listed.name() : listed.kind() + " " + listed.name();
            expected.put(type, probe.askAboutType(type, BindingSymbols.layoutOf(listed.name())));
        }

        var answers = probe.answers(directory);

        var different = new TreeSet<String>();
        var report = new StringBuilder();
        expected.forEach((type, facts) -> facts.forEach((expression, value) -> {
            if (!value.equals(answers.get(expression))) {
                different.add(type);
                report.append(describe(expression, value, answers.get(expression)));
            }
        }));
        assertEquals(onAarch64() ? OTHER_TYPES_ON_AARCH64 : Set.of(), different, report::toString);
    }

    /** What the layout says is the compiler's own, see above; the code goes by the offsets. */
    @Test
    void everyMemberIsWhereItsLayoutSays() {
        int members = 0;
        for (Listed listed : BindingSymbols.listed("struct", "union", "typedef")) {
            for (Class<?> type : BindingSymbols.classesOf(listed.name())) {
                Map<String, Long> inLayout = new TreeMap<>();
                addMembers(BindingSymbols.layoutOf(type), 0, inLayout);
                assertEquals(inLayout, BindingSymbols.offsets(type), type.getName());
                members += inLayout.size();
            }
        }
        assertTrue(members > 50, members + " members");
    }

    /** The members of an anonymous struct or union are those of the type around it. */
    private static void addMembers(GroupLayout type, long start, Map<String, Long> members) {
        for (MemoryLayout member : type.memberLayouts()) {
            String name = member.name().orElse("");
            long offset = start + (name.isEmpty() ? 0 : type.byteOffset(MemoryLayout.PathElement.groupElement(name)));
            if (name.startsWith("$anon")) {
                addMembers((GroupLayout) member, offset, members);
            } else if (!name.isEmpty()) {
                members.put(name, offset);
            }
        }
    }

    @Test
    void everyConstantHasTheCompilersValue() throws Exception {
        assumeCompiler();
        var constants = BindingSymbols.constants();
        var probe = new CProbe();
        probe.askAll(constants.keySet());

        var answers = probe.answers(directory);

        var different = new TreeSet<String>();
        var report = new StringBuilder();
        constants.forEach((name, value) -> {
            if (!isTheSame(value, answers.get(name))) {
                different.add(name);
                report.append(describe(name, value, answers.get(name)));
            }
        });
        assertEquals(onAarch64() ? OTHER_CONSTANTS_ON_AARCH64 : Set.of(), different, report::toString);
    }

    @Test
    void everyConstantThatIsListedHasAnAccessorAndViceVersa() {
        assertSameNames(namesOf("constant"), BindingSymbols.constants().keySet());
    }

    /** Those that the code does without. */
    private static final Set<String> IN_NEW_GLIBC = Set.of("posix_spawnattr_setcgroup_np");

    @Test
    void everyFunctionThatIsListedResolvesInThisLibc() {
        var addresses = BindingSymbols.functionAddresses();

        assertSameNames(namesOf("function"), addresses.keySet());
        addresses.forEach((name, address) -> assertTrue(address.address() != 0 || IN_NEW_GLIBC.contains(name), name));
    }

    @Test
    void theEnvironmentOfThisProcessIsFound() {
        assertEquals(Set.of("environ"), namesOf("var"));
        assertNotEquals(0, Libc.environ$segment().address());
        assertNotEquals(0, Libc.environ().address());
    }

    private static Set<String> namesOf(String kind) {
        return BindingSymbols.listed(kind).stream().map(Listed::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertSameNames(Set<String> listed, Set<String> made) {
        assertEquals(Set.of(), without(listed, made), "listed, but not in the bindings");
        assertEquals(Set.of(), without(made, listed), "in the bindings, but not listed");
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        var rest = new TreeSet<>(names);
        rest.removeAll(others);
        return rest;
    }

    /** An unsigned int of C, like EPOLLET, is a negative int of Java. */
    private static boolean isTheSame(Number value, Long answer) {
        return answer != null
                && (value.longValue() == answer
                        || (value instanceof Integer && Integer.toUnsignedLong(value.intValue()) == answer));
    }

    private static String describe(String expression, Number here, Long compiler) {
        return "\n  %s: %s in the bindings, %s by the compiler".formatted(expression, here, compiler);
    }

    private static boolean onAarch64() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    private static void assumeCompiler() throws IOException, InterruptedException {
        if (!CProbe.compilerIsThere()) {
            Skipped.because("there is no cc on the PATH, so nothing to compare the bindings with");
        }
    }
}
