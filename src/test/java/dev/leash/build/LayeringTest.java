package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.leash.internal.bindings.Libc;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The packages depend on each other one way only. What the compiled classes refer to is looked at, so a name that is
 * written out in full counts like an import. Each rule is also shown a class that breaks it.
 */
@Timeout(60)
class LayeringTest {
    private static final String ROOT = "dev.leash";
    private static final String CLI = ROOT + ".cli";
    private static final String MICROMETER = ROOT + ".micrometer";
    private static final String BENCH = ROOT + ".bench";
    private static final String ACCESS = ROOT + ".internal.access";
    private static final String SERVICE = ROOT + ".internal.service";
    private static final String ENGINE = ROOT + ".internal.engine";
    private static final String RUN = ROOT + ".internal.run";
    private static final String START = ROOT + ".internal.start";
    private static final String GUARDIAN = ROOT + ".internal.guardian";
    private static final String SPEC = ROOT + ".internal.spec";
    private static final String SPAWN = ROOT + ".internal.spawn";
    private static final String NOTIFY = ROOT + ".internal.notify";
    private static final String IO = ROOT + ".internal.io";
    private static final String CONTAIN = ROOT + ".internal.contain";
    private static final String LOOP = ROOT + ".internal.loop";
    private static final String PROC = ROOT + ".internal.proc";
    private static final String SYS = ROOT + ".internal.sys";
    private static final String LOGFILE = ROOT + ".internal.logfile";
    private static final String EVENTS = ROOT + ".internal.events";
    private static final String BINDINGS = ROOT + ".internal.bindings";

    /** Values of the API that are those of the internal packages, too: nothing has a second name inside. */
    private static final Set<String> VALUES = Set.of(
            ROOT + ".Cause",
            ROOT + ".Count",
            ROOT + ".Counter",
            ROOT + ".ExitStatus",
            ROOT + ".Limit",
            ROOT + ".Signal",
            ROOT + ".SpawnException",
            ROOT + ".StopStepTaken",
            ROOT + ".Straggler",
            ROOT + ".Usage");

    /**
     * The command is a client of the library: it builds commands and reads results. But for {@code timeout}, which has to start
     * faster than that allows, none of it uses these. See {@link #ACCESS} for what it does use.
     */
    private static final Set<String> NOT_FOR_THE_COMMAND =
            Set.of(ENGINE, RUN, START, GUARDIAN, SPEC, IO, NOTIFY, EVENTS);

    /** What runs programs in it leaves these to the rest of it, too. */
    private static final Set<String> NOT_FOR_RUN_AND_BATCH = Set.of(SPAWN, CONTAIN, PROC);

    /** Where the {@link #VALUES} are. */
    private static final String VALUE_TYPES = ROOT + ".values";

    /** A value of the API as well, but it tells whether a cgroup can be made here. */
    private static final String CONTAINMENT = ROOT + ".Containment";

    /**
     * A package may use those of a lower height. Of two packages at one height, neither may use the other. The packages of
     * the command count as one, and some types of the API have places of their own, see {@link #place}.
     */
    private static final Map<String, Integer> HEIGHTS = Map.ofEntries(
            Map.entry(CLI, 14),
            Map.entry(MICROMETER, 13),
            Map.entry(BENCH, 13),
            Map.entry(ROOT, 12),
            Map.entry(ENGINE, 11),
            Map.entry(SERVICE, 11),
            Map.entry(RUN, 10),
            Map.entry(START, 9),
            Map.entry(GUARDIAN, 8),
            Map.entry(SPEC, 7),
            Map.entry(LOGFILE, 7),
            Map.entry(SPAWN, 6),
            Map.entry(IO, 6),
            Map.entry(NOTIFY, 6),
            Map.entry(CONTAINMENT, 5),
            Map.entry(CONTAIN, 4),
            Map.entry(LOOP, 4),
            Map.entry(PROC, 3),
            Map.entry(VALUE_TYPES, 2),
            Map.entry(SYS, 1),
            Map.entry(EVENTS, 1),
            Map.entry(BINDINGS, 0));

    /** Who may need more than the JDK: nobody has to use them. */
    private static final Set<String> OPTIONAL = Set.of(CLI, MICROMETER, BENCH);

    /** Who may touch native memory. The loop gets its own from types of {@code sys}. */
    private static final Set<String> FOREIGN = Set.of(BINDINGS, SYS, SPAWN, IO);

    /** These decide, and do nothing: time is a parameter, so a test steps them. Nested classes count with them. */
    private static final Set<String> PURE = Set.of(
            BENCH + ".Bootstrap",
            BENCH + ".Comparison",
            BENCH + ".Parameter",
            BENCH + ".RunOrder",
            BENCH + ".Summary",
            LOOP + ".TimerQueue",
            NOTIFY + ".NotifyMessage",
            RUN + ".StopLadder",
            RUN + ".RunTable",
            RUN + ".Transitions",
            RUN + ".State",
            RUN + ".Event",
            RUN + ".Effects",
            SERVICE + ".Backoff",
            SERVICE + ".Effects",
            SERVICE + ".Event",
            SERVICE + ".GroupOrder",
            SERVICE + ".GroupTable",
            SERVICE + ".Phase",
            SERVICE + ".RestartRules",
            SERVICE + ".RestartWindow",
            SERVICE + ".ServiceTable");

    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Thread.sleep",
            "java.time.Instant.now");

    private static JavaClasses classes;

    @BeforeAll
    static void readTheClasses() {
        classes = new ClassFileImporter().importPath(Path.of("target", "classes"));
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> packages = new TreeSet<>();
        for (JavaClass c : classes) {
            packages.add(place(c));
        }
        packages.remove(""); // module-info
        packages.removeAll(HEIGHTS.keySet());
        assertEquals(Set.of(), packages);
    }

    @Test
    void packagesDependDownwardsOnly() {
        assertNone(dependencies(classes, LayeringTest::againstTheLayers));
        assertTrue(mayUse(RUN, LOOP), "down, and past a layer");
        assertTrue(mayUse(SYS, BINDINGS), "sys is the one that uses the bindings");
        assertTrue(mayUse(LOOP, LOOP), "within a package");
        assertTrue(mayUse(CONTAIN, VALUE_TYPES), "a value of the API");
        assertFalse(mayUse(VALUE_TYPES, CONTAIN), "up, from a value");
        assertFalse(mayUse(SYS, VALUE_TYPES), "up, to a value");
        assertFalse(mayUse(RUN, ROOT), "up, to a handle");
        assertFalse(mayUse(LOOP, RUN), "up");
        assertFalse(mayUse(ROOT, CLI), "up");
        assertFalse(mayUse(IO, SPAWN), "sideways");
        assertFalse(mayUse(CONTAIN, IO), "sideways");
        assertFalse(mayUse(LOOP, BINDINGS), "past sys");
        assertFalse(mayUse(CLI, ROOT + ".internal.other"), "to a package without a place");
        assertSome(dependencies(imported(UsesBindings.class), LayeringTest::againstTheLayers));
    }

    /** What is made for a run has to be given back: that is for its start, which knows when. */
    @Test
    void specsHoldNothingThatHasToBeGivenBack() {
        Set<String> data = Set.of(CONTAIN + ".CgroupLimits");
        assertNone(dependencies(
                classes,
                d -> from(d).equals(SPEC)
                        && to(d).equals(CONTAIN)
                        && !data.contains(d.getTargetClass().getName())));
        assertSome(dependencies(classes, d -> from(d).equals(SPEC) && to(d).equals(CONTAIN)));
    }

    @Test
    void theCommandIsAClientOfTheLibrary() {
        assertNone(dependencies(classes, LayeringTest::passesTheLibraryBy));
        assertTrue(isForbidden(CLI + ".run", SPEC) && isForbidden(CLI + ".doctor", START) && isForbidden(CLI, IO));
        assertTrue(isForbidden(CLI + ".batch", CONTAIN), "run and batch less than the others");
        assertFalse(isForbidden(CLI + ".doctor", CONTAIN) || isForbidden(CLI + ".caller", SPAWN));
        assertFalse(isForbidden(CLI + ".run", ROOT) || isForbidden(CLI + ".run", ACCESS) || isForbidden(CLI, SYS));
        assertSome(dependencies(classes, d -> isTimeout(d) && NOT_FOR_THE_COMMAND.contains(to(d))));
        assertSome(dependencies(
                classes,
                d -> from(d).equals(CLI) && d.getTargetClass().getPackageName().equals(ACCESS)));
    }

    private static boolean isTimeout(Dependency d) {
        return d.getOriginClass().getPackageName().equals(CLI + ".timeout");
    }

    private static boolean passesTheLibraryBy(Dependency d) {
        return !isTimeout(d) && isForbidden(d.getOriginClass().getPackageName(), to(d));
    }

    private static boolean isForbidden(String from, String to) {
        boolean runs = from.equals(CLI + ".run") || from.equals(CLI + ".batch") || from.equals(CLI + ".help");
        return (from.equals(CLI) || from.startsWith(CLI + "."))
                && (NOT_FOR_THE_COMMAND.contains(to) || (runs && NOT_FOR_RUN_AND_BATCH.contains(to)));
    }

    /** A check on the checks: these dependencies do exist, so the rules above were given something to look at. */
    @Test
    void knownDependenciesAreSeen() {
        assertSome(dependencies(classes, d -> from(d).equals(SYS) && to(d).equals(BINDINGS)));
        assertSome(dependencies(classes, d -> from(d).equals(LOOP) && to(d).equals(SYS)));
        assertSome(dependencies(classes, d -> from(d).equals(SYS) && isForeign(d)));
    }

    @Test
    void nativeMemoryStaysInItsPackages() {
        assertNone(dependencies(classes, d -> isForeign(d) && !FOREIGN.contains(from(d))));
        assertSome(dependencies(imported(UsesForeign.class), d -> isForeign(d) && !FOREIGN.contains(from(d))));
    }

    @Test
    void theLibraryNeedsNothingButTheJdk() {
        assertNone(dependencies(classes, d -> isThirdParty(d) && !OPTIONAL.contains(from(d))));
        assertSome(dependencies(imported(LayeringTest.class), d -> isThirdParty(d) && !OPTIONAL.contains(from(d))));
    }

    @Test
    void pureClassesKnowNeitherSystemCallsNorTheTime() {
        Set<String> found = new HashSet<>();
        for (JavaClass c : classes) {
            if (PURE.contains(outermost(c))) {
                found.add(outermost(c));
                assertNone(impurities(c));
            }
        }
        assertEquals(PURE, found, "every class of the list exists");
        assertSome(impurities(imported(ReadsNanoTime.class).get(ReadsNanoTime.class)));
        assertSome(impurities(imported(ReadsInstant.class).get(ReadsInstant.class)));
    }

    /** Stands in for javac's `exports` lint, which cannot be told that annotations are none of its business. */
    @Test
    void thePublicApiShowsNoInternalType() {
        List<String> leaks = new ArrayList<>();
        int looked = 0;
        for (JavaClass c : classes) {
            if (c.getPackageName().equals(ROOT) && isApi(c)) {
                looked++;
                leaks.addAll(leaks(c));
            }
        }
        assertNotEquals(0, looked, "public types");
        assertNone(leaks);
        assertSome(leaks(imported(ShowsInternal.class).get(ShowsInternal.class)));
    }

    // ---- The rules.

    private static boolean mayUse(String from, String to) {
        if (from.equals(to)) {
            return true;
        }
        if (!HEIGHTS.containsKey(from) || !HEIGHTS.containsKey(to)) {
            return false;
        }
        return to.equals(BINDINGS) ? from.equals(SYS) : HEIGHTS.get(from) > HEIGHTS.get(to);
    }

    private static boolean againstTheLayers(Dependency d) {
        boolean ours = to(d).equals(ROOT) || to(d).startsWith(ROOT + ".");
        return ours && !mayUse(from(d), to(d));
    }

    private static boolean isForeign(Dependency d) {
        return to(d).equals("java.lang.foreign");
    }

    private static boolean isThirdParty(Dependency d) {
        return Stream.of("java", "javax", "jdk", "dev.leash", "org.jspecify")
                .noneMatch(p -> to(d).equals(p) || to(d).startsWith(p + "."));
    }

    private static List<String> impurities(JavaClass c) {
        List<String> found = new ArrayList<>();
        for (Dependency d : c.getDirectDependenciesFromSelf()) {
            if (to(d).equals(SYS) || d.getTargetClass().getName().equals("java.time.Clock")) {
                found.add(d.getDescription());
            }
        }
        Stream.concat(c.getMethodCallsFromSelf().stream(), c.getMethodReferencesFromSelf().stream())
                .forEach(call -> {
                    AccessTarget target = call.getTarget();
                    if (CLOCKS.contains(target.getOwner().getName() + "." + target.getName())) {
                        found.add(call.getDescription());
                    }
                });
        return found;
    }

    private static List<String> leaks(JavaClass c) {
        List<String> found = new ArrayList<>();
        List<JavaType> shown = new ArrayList<>(c.getInterfaces());
        c.getSuperclass().ifPresent(shown::add);
        addIfInternal(found, c.getName(), shown);
        for (JavaMember member : c.getMembers()) {
            if (isApi(member.getModifiers())) {
                addIfInternal(found, member.getFullName(), typesOf(member));
            }
        }
        return found;
    }

    private static List<JavaType> typesOf(JavaMember member) {
        List<JavaType> types = new ArrayList<>();
        if (member instanceof JavaField field) {
            types.add(field.getType());
        } else if (member instanceof JavaCodeUnit code) {
            types.add(code.getReturnType());
            types.addAll(code.getParameterTypes());
            types.addAll(code.getExceptionTypes());
        }
        return types;
    }

    private static void addIfInternal(List<String> found, String where, List<JavaType> types) {
        for (JavaType type : types) {
            for (JavaClass raw : type.getAllInvolvedRawTypes()) {
                if (raw.getPackageName().startsWith(ROOT + ".")) {
                    found.add(where + " shows " + raw.getName());
                }
            }
        }
    }

    private static boolean isApi(JavaClass c) {
        return isApi(c.getModifiers())
                && c.getEnclosingClass().map(LayeringTest::isApi).orElse(true);
    }

    private static boolean isApi(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    // ---- Helpers.

    private static JavaClasses imported(Class<?> breaker) {
        return new ClassFileImporter().importClasses(breaker);
    }

    private static List<String> dependencies(JavaClasses in, Function<Dependency, Boolean> wanted) {
        List<String> found = new ArrayList<>();
        for (JavaClass c : in) {
            for (Dependency d : c.getDirectDependenciesFromSelf()) {
                if (wanted.apply(d)) {
                    found.add(d.getDescription());
                }
            }
        }
        return found;
    }

    private static String from(Dependency d) {
        JavaClass origin = d.getOriginClass();
        return origin.getPackageName().equals(LayeringTest.class.getPackageName()) ? ROOT : place(origin);
    }

    private static String to(Dependency d) {
        return place(d.getTargetClass().getBaseComponentType());
    }

    private static String place(JavaClass c) {
        String type = outermost(c);
        if (VALUES.contains(type)) {
            return VALUE_TYPES;
        }
        String name = c.getPackageName();
        if (name.equals(ACCESS)) {
            return ROOT; // what is not public there, for the command
        }
        return type.equals(CONTAINMENT) ? CONTAINMENT : name.startsWith(CLI + ".") ? CLI : name;
    }

    private static String outermost(JavaClass c) {
        int dollar = c.getName().indexOf('$');
        return dollar < 0 ? c.getName() : c.getName().substring(0, dollar);
    }

    private static void assertNone(List<String> violations) {
        assertTrue(violations.isEmpty(), () -> "\n" + String.join("\n", violations));
    }

    private static void assertSome(List<String> found) {
        assertFalse(found.isEmpty(), "the rule sees nothing");
    }

    // ---- Classes that break the rules. They count as part of the package dev.leash.

    @SuppressWarnings("unused")
    private static final class UsesBindings {
        Class<?> bindings() {
            return Libc.class;
        }
    }

    @SuppressWarnings("unused")
    private static final class UsesForeign {
        MemorySegment foreign() {
            return MemorySegment.NULL;
        }
    }

    @SuppressWarnings("unused")
    private static final class ReadsNanoTime {
        long now() {
            return System.nanoTime();
        }
    }

    @SuppressWarnings("unused")
    private static final class ReadsInstant {
        Instant now() {
            return Instant.now();
        }
    }

    @SuppressWarnings("unused")
    static final class ShowsInternal {
        public List<Libc> shown() {
            return List.of();
        }
    }
}
