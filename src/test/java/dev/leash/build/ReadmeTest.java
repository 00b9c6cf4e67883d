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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** What the README shows and claims is what there is: its examples, its tests, its links. */
@Timeout(60)
class ReadmeTest {
    private static final Path README = Path.of("README.md");

    /** A block of Java and, before it, where it comes from: {@code <!-- example: Deadline -->}, with #region if need be. */
    private static final Pattern JAVA_BLOCK =
            Pattern.compile("(?:<!-- example: (\\w+)(?:#(\\w+))? -->\n)?```java\n(.*?)```\n", Pattern.DOTALL);

    private static final Pattern TEST_NAME = Pattern.compile("`(\\w*[a-z](?:Test|IT))(?:\\.(\\w+))?`");

    private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");

    private String readme;

    @BeforeEach
    void read() throws IOException {
        readme = Files.readString(README);
    }

    @Test
    void itsJavaIsThatOfTheExamples() throws IOException {
        Matcher block = JAVA_BLOCK.matcher(readme);
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
            updated.append(readme, written, block.start(3)).append(code);
            written = block.end(3);
        }
        updated.append(readme, written, readme.length());
        if (Boolean.getBoolean("readme.update")) {
            Files.writeString(README, updated);
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

    @Test
    void theTestsThatItNamesExist() throws Exception {
        List<String> missing = new ArrayList<>();
        for (MatchResult name : TEST_NAME.matcher(readme).results().toList()) {
            if (!exists(name.group(1), name.group(2))) {
                missing.add(name.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(exists("DeadlineTest", "timeoutIsNeverEarly"), "one that there is");
        assertFalse(exists("DeadlineTest", "timeoutIsSometimesEarly"), "one that there is not");
    }

    @Test
    void eachGuaranteeNamesATest() {
        List<String> rows = rows("What it guarantees");
        assertTrue(rows.size() >= 10, rows::toString);
        for (String row : rows) {
            assertTrue(TEST_NAME.matcher(row).find(), () -> "nothing proves: " + row);
        }
    }

    @Test
    void eachKindOfErrorIsExplained() {
        Set<String> explained = new HashSet<>();
        rows("When a start fails").forEach(row -> explained.add(row.split("`")[1]));
        Set<String> kinds = new HashSet<>();
        Arrays.stream(SpawnException.Kind.values()).forEach(kind -> kinds.add(kind.name()));
        assertEquals(kinds, explained);
    }

    @Test
    void itsLinksLeadSomewhere() {
        Set<String> anchors = new HashSet<>();
        Pattern.compile("^#+ (.+)$", Pattern.MULTILINE)
                .matcher(readme)
                .results()
                .forEach(heading -> anchors.add("#"
                        + heading.group(1)
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\w -]", "")
                                .replace(' ', '-')));
        for (MatchResult link : LINK.matcher(readme).results().toList()) {
            String target = link.group(1);
            assertTrue(
                    target.startsWith("https://")
                            || anchors.contains(target)
                            || Files.exists(Path.of(target.split("#")[0])),
                    () -> "leads nowhere: " + target);
        }
    }

    /** The rows of the table under a heading, without its head. */
    private List<String> rows(String heading) {
        int begin = readme.indexOf("# " + heading + "\n");
        assertTrue(begin >= 0, () -> "no heading: " + heading);
        int end = readme.indexOf("\n#", begin);
        return readme.substring(begin, end < 0 ? readme.length() : end)
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
