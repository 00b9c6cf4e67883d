package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.support.Skip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The pages and the jars of documentation that the build has made just before, as they are released. The build fails by
 * itself where javadoc complains; here is what it says nothing of.
 */
@Timeout(60)
class JavadocIT {
    private static final Path TARGET = Path.of("target");
    private static final Path PAGES = TARGET.resolve("apidocs");
    private static final Path PACKAGE = PAGES.resolve("dev.leash/dev/leash");

    /** What a doclet writes in place of what it cannot make, and a tag that it took for text. */
    private static final Pattern COMPLAINT = Pattern.compile("invalid @|invalid-tag|(?<!<code>)\\{@\\w+");

    @BeforeAll
    static void theyAreMade() {
        Skip.unless(!Boolean.getBoolean("maven.javadoc.skip"), "this build makes no Javadoc: -Dmaven.javadoc.skip");
        assertTrue(Files.isDirectory(PAGES), "the build makes them before the integration tests");
    }

    @Test
    void noPageShowsAComplaint() throws IOException {
        List<String> complaints = new ArrayList<>();
        for (Path page : files(PAGES, ".html")) {
            String html = Files.readString(page);
            COMPLAINT
                    .matcher(html)
                    .results()
                    .map(found -> PAGES.relativize(page) + ": "
                            + html.substring(found.start(), Math.min(found.start() + 100, html.length())))
                    .forEach(complaints::add);
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void everyExampleIsShown() throws IOException {
        Path sources = Path.of("src/main/java/dev/leash");
        int written = count(sources, ".java", "{@snippet ") - count(sources.resolve("internal"), ".java", "{@snippet ");
        assertTrue(written > 20, "there are some");
        assertTrue(count(PACKAGE, ".html", "class=\"snippet-container\"") >= written, "they are on the pages");
    }

    private static int count(Path root, String suffix, String text) throws IOException {
        int count = 0;
        for (Path file : files(root, suffix)) {
            count += Files.readString(file).split(Pattern.quote(text), -1).length - 1;
        }
        return count;
    }

    @Test
    void overviewShowsTheExampleAndThePicture() throws IOException {
        String html = Files.readString(PACKAGE.resolve("package-summary.html"));
        assertTrue(html.contains("and no sleep is left alive"), "the example is shown");
        assertTrue(html.contains("src=\"doc-files/model.svg\""), "the picture is shown");
        assertTrue(Files.exists(PACKAGE.resolve("doc-files/model.svg")), "the picture is there");
    }

    @Test
    void jarsForAnEditorHoldSourcesAndPages() throws IOException {
        Set<String> sources = entries("-sources.jar");
        assertTrue(sources.contains("dev/leash/Supervisor.java"), sources::toString);
        assertTrue(sources.contains("module-info.java"), sources::toString);
        assertFalse(sources.stream().anyMatch(source -> source.startsWith("dev/leash/cli")), "only what the jar holds");
        Set<String> pages = entries("-javadoc.jar");
        assertTrue(pages.contains("dev.leash/dev/leash/Supervisor.html"), pages::toString);
        assertTrue(pages.contains("dev.leash/dev/leash/doc-files/model.svg"), pages::toString);
        assertFalse(pages.stream().anyMatch(page -> page.contains("internal/")), pages::toString);
    }

    private static Set<String> entries(String suffix) throws IOException {
        List<Path> jars = files(TARGET, suffix).stream()
                .filter(jar -> TARGET.equals(jar.getParent()))
                .toList();
        assertEquals(1, jars.size(), jars::toString);
        Set<String> entries = new HashSet<>();
        try (InputStream file = Files.newInputStream(jars.getFirst());
                ZipInputStream jar = new ZipInputStream(file)) {
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                entries.add(entry.getName());
            }
        }
        return entries;
    }

    private static List<Path> files(Path root, String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }
}
