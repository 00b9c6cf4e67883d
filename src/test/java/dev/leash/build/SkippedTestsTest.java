package dev.leash.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.leash.support.Skip;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test that is skipped says why, and where one sees it: on the console. */
@Timeout(60)
class SkippedTestsTest {
    @Test
    void reasonsAreOnTheConsoleAtTheEndOfARun() {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            LauncherFactory.create()
                    .execute(LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(Skipping.class))
                            .build());
        } finally {
            System.setOut(console);
        }
        assertEquals("""
                Skipped: 6, because
                  it is the wrong day: SkippedTestsTest$Skipping.disabled
                  it was tried in vain: SkippedTestsTest$Skipping.manyTimes (2 times)
                  no reason was given: SkippedTestsTest$Skipping.silent
                  the moon is new: SkippedTestsTest$Skipping.another, SkippedTestsTest$Skipping.one
                """, printed.toString(UTF_8));
    }

    /** Not a test of this build: Surefire leaves out nested classes that stand alone. */
    static class Skipping {
        @Test
        void one() {
            Skip.because("the moon is new\n  and the tide is low\n");
        }

        @Test
        void another() {
            Assumptions.assumeTrue(false, "the moon is new\nand the tide is low");
        }

        @Test
        @Disabled("it is the wrong day")
        void disabled() {}

        @RepeatedTest(2)
        void manyTimes() {
            Assumptions.assumeFalse(true, "it was tried in vain");
        }

        @Test
        void silent() {
            Assumptions.abort();
        }

        @Test
        void passes() {}
    }

    @Test
    void everyTestGivesAReason() throws Exception {
        JavaClasses tests = new ClassFileImporter()
                .importPath(Path.of(SkippedTestsTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()));
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Skipping.class.getName())
                .should()
                .callMethod(Assumptions.class, "assumeTrue", boolean.class)
                .orShould()
                .callMethod(Assumptions.class, "assumeTrue", BooleanSupplier.class)
                .orShould()
                .callMethod(Assumptions.class, "assumeFalse", boolean.class)
                .orShould()
                .callMethod(Assumptions.class, "assumeFalse", BooleanSupplier.class)
                .orShould()
                .callMethod(Assumptions.class, "abort")
                .because("whoever reads the log wants to know what is missing")
                .check(tests);
    }
}
