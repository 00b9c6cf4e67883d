package dev.leash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.support.LeakCheck;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The documentation is made without a complaint, its examples taken from where they are compiled and run. */
@Timeout(300)
class JavadocTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    private static final Path TOOL = Path.of(System.getProperty("java.home"), "bin", "javadoc");

    @TempDir
    Path temp;

    @Test
    void itIsMadeWithoutAComplaintAndShowsTheExamples() throws Exception {
        Skip.unless(Files.isExecutable(TOOL), "this Java has no javadoc tool: " + TOOL);
        String modules = String.join(
                ":",
                jar(NullMarked.class),
                jar(CommandLine.class),
                jar(JsonGenerator.class),
                jar(ProgressBar.class),
                jar(MeterRegistry.class),
                jar(ObservationRegistry.class),
                jar(KeyValue.class));
        Command javadoc = Command.of(TOOL.toString(), "-quiet", "-Xdoclint:all,-missing", "-Werror")
                .args("-d", temp.toString(), "--module-path", modules, "--snippet-path", "src/test/java")
                .args("--module-source-path", "dev.leash=src/main/java", "--module", "dev.leash")
                .args("--show-module-contents", "api")
                .mergeStderr()
                .timeout(Duration.ofMinutes(4));
        try (Supervisor supervisor = Supervisor.create()) {
            Result result = supervisor.run(javadoc);
            assertEquals("", result.stdout());
            assertTrue(result.succeeded(), result::toString);
        }
        Path overview = temp.resolve("dev.leash/dev/leash/package-summary.html");
        String html = Files.readString(overview);
        assertTrue(html.contains("and no sleep is left alive"), "the example is shown");
        assertTrue(html.contains("src=\"doc-files/model.svg\""), "the picture is shown");
        assertTrue(Files.exists(overview.resolveSibling("doc-files/model.svg")), "the picture is there");
    }

    private static String jar(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
