package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests, benchmarks and pages speak of the same version of each library. */
@Timeout(60)
class VersionsTest {
    private static final Path BUILD = Path.of("pom.xml");
    private static final Path BENCHMARKS = Path.of("benchmarks", "pom.xml");
    private static final Path COMPARISON = Path.of("docs", "comparison.md");

    private static final Pattern ARTIFACT =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");

    /** In the comparison: {@code [zt-exec](https://…) 1.12}. */
    private static final Pattern COMPARED = Pattern.compile("\\[([\\w-]+)]\\(https://\\S+\\)\\s(\\d[\\d.]*\\d)");

    @Test
    void benchmarksTakeTheVersionsOfTheBuild() throws IOException {
        Map<String, String> build = versions(BUILD);
        Map<String, String> benchmarks = versions(BENCHMARKS);
        var both = new TreeSet<>(build.keySet());
        both.retainAll(benchmarks.keySet());
        assertTrue(both.containsAll(List.of("zt-exec", "commons-exec", "maven-compiler-plugin")), both::toString);
        List<String> different = new ArrayList<>();
        for (String artifact : both) {
            if (!build.get(artifact).equals(benchmarks.get(artifact))) {
                different.add(artifact + " " + build.get(artifact) + " and " + benchmarks.get(artifact));
            }
        }
        assertEquals(List.of(), different, BUILD + " and " + BENCHMARKS);
    }

    @Test
    void comparisonIsOfTheVersionsThatAreTested() throws IOException {
        Map<String, String> compared = new TreeMap<>();
        for (MatchResult library :
                COMPARED.matcher(Files.readString(COMPARISON)).results().toList()) {
            compared.put(library.group(1), library.group(2));
        }
        Map<String, String> build = versions(BUILD);
        Matcher nuprocess = Pattern.compile("com\\.zaxxer:nuprocess:([\\d.]+)")
                .matcher(Files.readString(Path.of("benchmarks/run")));
        assertTrue(nuprocess.find(), "benchmarks/run resolves the NuProcess that is for newer JDKs");
        assertEquals(
                Map.of(
                        "NuProcess", nuprocess.group(1),
                        "zt-exec", build.get("zt-exec"),
                        "commons-exec", build.get("commons-exec")),
                compared);
    }

    /** The version of each artifact that a build names, be it a dependency or a plugin. */
    private static Map<String, String> versions(Path pom) throws IOException {
        String text = Files.readString(pom);
        Map<String, String> versions = new TreeMap<>();
        for (MatchResult artifact : ARTIFACT.matcher(text).results().toList()) {
            versions.put(artifact.group(1), resolved(artifact.group(2), text));
        }
        return versions;
    }

    private static String resolved(String version, String pom) {
        if (!version.startsWith("${")) {
            return version;
        }
        String name = version.substring(2, version.length() - 1);
        Matcher property =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom);
        // -Dleash.baseline is given on the command line only.
        return property.find() ? property.group(1) : version;
    }
}
