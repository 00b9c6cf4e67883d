package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.SpawnException;
import dev.leash.examples.Example;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** What the README and the pages in docs show and claim is what there is: their examples, their tests, their links. */
@Timeout(60)
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("docs");

    /** A block of Java and, before it, where it comes from: {@code <!-- example: Deadline -->}, with #region if need be. */
    private static final Pattern JAVA_BLOCK =
            Pattern.compile("(?:<!-- example: (\\w+)(?:#(\\w+))? -->\n)?```java\n(.*?)```\n", Pattern.DOTALL);

    private static final Pattern TEST_NAME = Pattern.compile("`(\\w*[a-z](?:Test|IT))(?:\\.(\\w+))?`");

    private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");

    /** {@code `Command.timeout(…)`}, also in the middle of a piece of code. */
    private static final Pattern MEMBER = Pattern.compile("(?<![-/\\w])([A-Z]\\w+)\\.(\\w+)");

    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

    /** What the pages name of others. */
    private static final Set<String> NOT_OURS = Set.of(
            "BasePosixProcess",
            "Flow",
            "FlowAdapters",
            "Flowable",
            "JdkFlowAdapter",
            "LinuxProcess",
            "ProcessEpoll",
            "System");

    /** A guarantee as the comments of tests cite it. */
    private static final Pattern CITED = Pattern.compile("\\bG(\\d+)\\b");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(README));
        try (Stream<Path> files = Files.list(DOCS)) {
            files.sorted().forEach(pages::add);
        }
        return pages;
    }

    @Test
    void readmeIsShortAndLeadsToEveryPage() throws IOException {
        assertTrue(Files.readAllLines(README).size() <= 250, "more than 250 lines: a page in docs is the place for it");
        Set<Path> linked = new HashSet<>(List.of(README));
        LINK.matcher(Files.readString(README)).results().forEach(link -> linked.add(Path.of(link.group(1))));
        List<Path> lost = pages();
        assertTrue(lost.size() > 5, "there are some");
        lost.removeAll(linked);
        assertEquals(List.of(), lost);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void javaIsThatOfTheExamples(Path page) throws IOException {
        String text = Files.readString(page);
        Matcher block = JAVA_BLOCK.matcher(text);
        StringBuilder updated = new StringBuilder();
        int written = 0;
        List<String> different = new ArrayList<>();
        while (block.find()) {
            String name = block.group(1);
            assertNotNull(name, () -> "no <!-- example: … --> before the block that begins with " + firstLine(block));
            Example example = Example.of(name);
            String code = block.group(2) == null ? example.whole() : example.region(block.group(2));
            if (!code.equals(block.group(3))) {
                different.add(block.group().lines().findFirst().orElseThrow());
            }
            updated.append(text, written, block.start(3)).append(code);
            written = block.end(3);
        }
        updated.append(text, written, text.length());
        if (Boolean.getBoolean("readme.update")) {
            Files.writeString(page, updated);
        } else {
            assertEquals(
                    List.of(),
                    different,
                    "no longer as in the examples; ./mvnw test -Dtest=ReadmeTest -Dreadme.update writes it anew");
        }
    }

    private static String firstLine(MatchResult block) {
        return block.group(3).lines().findFirst().orElse("");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void testsThatAreNamedExist(Path page) throws Exception {
        List<String> missing = new ArrayList<>();
        for (MatchResult name :
                TEST_NAME.matcher(Files.readString(page)).results().toList()) {
            if (!exists(name.group(1), name.group(2))) {
                missing.add(name.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(exists("DeadlineTest", "timeoutIsNeverEarly"), "one that there is");
        assertFalse(exists("DeadlineTest", "timeoutIsSometimesEarly"), "one that there is not");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void membersThatAreNamedExist(Path page) throws Exception {
        Set<String> missing = new TreeSet<>();
        for (MatchResult code : CODE.matcher(Files.readString(page)).results().toList()) {
            for (MatchResult name : MEMBER.matcher(code.group(1)).results().toList()) {
                if (!isMember(name.group(1), name.group(2))) {
                    missing.add(name.group());
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    private static boolean isMember(String type, String name) {
        if (NOT_OURS.contains(type) || type.endsWith("Test") || type.endsWith("IT")) {
            return true;
        }
        try {
            Class<?> api = Class.forName("dev.leash." + type);
            return Stream.of(api.getMethods(), api.getFields())
                    .flatMap(Arrays::stream)
                    .anyMatch(member -> member.getName().equals(name));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Test
    void eachGuaranteeIsNumberedAndNamesATest() throws IOException {
        List<String> numbers = new ArrayList<>();
        for (String row : rows(README, "What it guarantees")) {
            assertTrue(TEST_NAME.matcher(row).find(), () -> "nothing proves: " + row);
            numbers.add(row.split("\\*\\*")[1]);
        }
        assertEquals(
                IntStream.rangeClosed(1, 10).mapToObj(number -> "G" + number).toList(), numbers);
    }

    @Test
    void guaranteesThatTestsCiteAreInTheReadme() throws IOException {
        int last = rows(README, "What it guarantees").size();
        Set<Integer> cited = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src", "test", "java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith("Test.java"))
                    .toList()) {
                CITED.matcher(Files.readString(source)).results().forEach(guarantee -> cited.add(number(guarantee)));
            }
        }
        assertTrue(cited.size() > 5, cited::toString);
        cited.removeIf(number -> number >= 1 && number <= last);
        assertEquals(Set.of(), cited);
    }

    private static int number(MatchResult guarantee) {
        return Integer.parseInt(guarantee.group(1));
    }

    @Test
    void eachKindOfErrorIsExplained() throws IOException {
        Set<String> explained = new HashSet<>();
        rows(DOCS.resolve("start-errors.md"), "When a start fails").forEach(row -> explained.add(row.split("`")[1]));
        Set<String> kinds = new HashSet<>();
        Arrays.stream(SpawnException.Kind.values()).forEach(kind -> kinds.add(kind.name()));
        assertEquals(kinds, explained);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
            String target = link.group(1);
            assertTrue(target.startsWith("https://") || leads(page, target), () -> "leads nowhere: " + target);
        }
    }

    private static boolean leads(Path page, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(file)
                && (parts.length == 1 || anchors(Files.readString(file)).contains(parts[1]));
    }

    private static Set<String> anchors(String page) {
        Set<String> anchors = new HashSet<>();
        Pattern.compile("^#+ (.+)$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .forEach(heading -> anchors.add(heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-')));
        return anchors;
    }

    @Test
    void linkThatLeadsNowhereIsSeen() throws IOException {
        assertTrue(leads(README, "#what-it-is-not") && leads(README, "docs/library.md#batches"), "these are there");
        assertFalse(leads(README, "docs/library.md#fishes"));
        assertFalse(leads(DOCS.resolve("library.md"), "docs/library.md"));
    }

    /** The rows of the table under a heading, without its head. */
    private static List<String> rows(Path page, String heading) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf("# " + heading + "\n");
        assertTrue(begin >= 0, () -> "no heading: " + heading);
        int end = text.indexOf("\n#", begin);
        return text.substring(begin, end < 0 ? text.length() : end)
                .lines()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .toList();
    }

    /** Whether there is such a test class and, where {@code method} is not null, such a test in one of that name. */
    private static boolean exists(String type, String method) throws Exception {
        Path root = Path.of("src", "test", "java");
        List<Path> sources;
        try (Stream<Path> files = Files.walk(root)) {
            sources = files.filter(file -> file.endsWith(type + ".java")).toList();
        }
        for (Path source : sources) {
            String name = root.relativize(source).toString().replace('/', '.').replaceAll("[.]java$", "");
            if (method == null || hasTest(Class.forName(name), method)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasTest(Class<?> type, String name) {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name) && AnnotationSupport.isAnnotated(method, Testable.class)) {
                return true;
            }
        }
        return type.getSuperclass() != null && hasTest(type.getSuperclass(), name);
    }
}
