package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import dev.leash.support.LeakCheck;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The tests run in one locale, whoever runs them: ssh, cron and containers often give none, and then the JVM can name no file
 * that is not in ASCII. pom.xml sets it, for Surefire and, as {@code LocaleIT} sees, for Failsafe.
 */
@Timeout(60)
class LocaleTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @Test
    void theTestsDoNotDependOnThatOfTheCaller() throws Exception {
        requireOurs();
    }

    /** Fails unless this JVM, and what it starts, are in the locale of the build. */
    static void requireOurs() throws Exception {
        assertEquals("C.UTF-8", System.getenv("LC_ALL"), "pom.xml no longer sets the locale of the tests");
        assertEquals("C", System.getenv("LANGUAGE"), "pom.xml no longer sets the language of messages");
        assertEquals("UTF-8", System.getProperty("sun.jnu.encoding"), "this libc lacks the locale C.UTF-8");
        assertEquals("en", Locale.getDefault().getLanguage());
        try (Supervisor supervisor = Supervisor.create()) {
            Result locale = supervisor.run(
                    Command.shell("echo \"$LC_ALL $LANGUAGE\"; locale charmap 2>/dev/null || echo UTF-8"));
            assertEquals("C.UTF-8 C\nUTF-8\n", locale.stdout());
        }
    }
}
