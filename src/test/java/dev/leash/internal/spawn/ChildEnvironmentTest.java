package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChildEnvironmentTest {
    @Test
    void aValueIsFoundByItsWholeName() {
        ChildEnvironment environment = of("PATHS=1", "PAT=2", "PATH=3", "PATH", "=4", "A=");
        assertEquals("3", value(environment, "PATH"));
        assertEquals("2", value(environment, "PAT"));
        assertEquals("", value(environment, "A"));
        assertNull(environment.value("B".getBytes(UTF_8)));
        assertNull(environment.value("PATHSS".getBytes(UTF_8)));
    }

    @Test
    void ofTwoEntriesTheFirstCounts() {
        assertEquals("1", value(of("A=1", "A=2"), "A"));
    }

    @Test
    void anEntryWithoutAValueIsNoVariable() {
        assertNull(of("A").value("A".getBytes(UTF_8)));
        assertNull(of().value("A".getBytes(UTF_8)));
    }

    @Test
    void theInheritedOneIsThatOfTheJvm() {
        assertEquals(System.getenv("PATH"), value(ChildEnvironment.INHERITED, "PATH"));
        assertNull(ChildEnvironment.INHERITED.entries());
    }

    @Test
    void aListThatIsChangedAfterwardsChangesNothing() {
        byte[] entry = "A=1".getBytes(UTF_8);
        List<byte[]> entries = new ArrayList<>(List.of(entry));
        ChildEnvironment environment = ChildEnvironment.of(entries);
        entries.clear();
        assertArrayEquals(entry, environment.entries().getFirst());
    }

    private static ChildEnvironment of(String... entries) {
        return ChildEnvironment.of(
                Stream.of(entries).map(entry -> entry.getBytes(UTF_8)).toList());
    }

    private static String value(ChildEnvironment environment, String name) {
        return new String(environment.value(name.getBytes(UTF_8)), UTF_8);
    }
}
