package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Date;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A wall clock jumps: it is set, and follows one that is right. So whoever decides when something happens asks the monotonic
 * clock only, and the other one is asked for what is shown to people. That pure classes are given the time is checked by
 * {@link LayeringTest}.
 */
@Timeout(60)
class WallClockTest {
    /** They show a time, and decide nothing by it. */
    private static final Set<String> SHOW_A_TIME = Set.of(
            "dev.leash.ServiceRecord", // since when it is ready, when it is started again
            "dev.leash.bench.BenchRunner", // when it began
            "dev.leash.cli.batch.BatchRunner", // the job log
            "dev.leash.cli.up.UpControl", // when changes were left out
            "dev.leash.cli.up.UpEvents", // how long until then
            "dev.leash.internal.logfile.LogSink"); // before lines, on request

    /** How old a file is that was there before, of which the kernel knows no other time. */
    private static final String AGE_OF_A_FILE = "dev.leash.internal.logfile.AppendedFile";

    private static Set<String> readers(JavaClasses classes) {
        Set<String> readers = new TreeSet<>();
        for (JavaClass c : classes) {
            for (JavaAccess<?> access : c.getAccessesFromSelf()) {
                if (isWallClock(access.getTarget())) {
                    readers.add(c.getName().replaceAll("\\$.*", ""));
                }
            }
        }
        return readers;
    }

    private static boolean isWallClock(AccessTarget target) {
        String type = target.getOwner().getName();
        return switch (target.getName()) {
            case "now" -> type.startsWith("java.time.");
            case "currentTimeMillis" -> true;
            case "<init>" ->
                type.equals("java.util.Date") && target.getFullName().endsWith("()");
            case "systemUTC", "systemDefaultZone", "system" -> type.equals("java.time.Clock");
            default -> false;
        };
    }

    @Test
    void itIsReadByWhoShowsATimeOnly() {
        Set<String> known = new TreeSet<>(SHOW_A_TIME);
        known.add(AGE_OF_A_FILE);
        assertEquals(known, readers(new ClassFileImporter().importPath(Path.of("target", "classes"))));
    }

    @Test
    void oneThatReadsItIsSeen() {
        assertEquals(
                Set.of(WallClockTest.class.getName()), readers(new ClassFileImporter().importClasses(ReadsDate.class)));
    }

    @SuppressWarnings({"unused", "JavaUtilDate"})
    private static final class ReadsDate {
        Date now() {
            return new Date();
        }
    }
}
