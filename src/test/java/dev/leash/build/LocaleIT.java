package dev.leash.build;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link LocaleTest} says, for the tests of the finished command. */
@Timeout(60)
class LocaleIT {
    @Test
    void theTestsDoNotDependOnThatOfTheCaller() throws Exception {
        LocaleTest.requireOurs();
    }
}
