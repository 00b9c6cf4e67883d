package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.leash.internal.sys.Spawn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
        assertNull(ChildEnvironment.INHERITED.value("NO_SUCH_VARIABLE".getBytes(UTF_8)));
        try (Arena scratch = Arena.ofConfined()) {
            assertEquals(Spawn.ownEnvironment(), ChildEnvironment.INHERITED.table(scratch));
        }
    }

    /** The later ones share memory that none of them frees. */
    @Test
    void eachChildGetsAllEntries() {
        ChildEnvironment environment = of("A=1", "", "B=2=3");
        for (int child = 0; child < 4; child++) {
            try (Arena scratch = Arena.ofConfined()) {
                assertEquals(List.of("A=1", "", "B=2=3"), strings(environment.table(scratch)));
            }
        }
    }

    private static List<String> strings(MemorySegment table) {
        List<String> strings = new ArrayList<>();
        for (int index = 0; table.getAtIndex(ValueLayout.JAVA_LONG, index) != 0; index++) {
            long address = table.getAtIndex(ValueLayout.JAVA_LONG, index);
            strings.add(table.getString(address - table.address()));
        }
        return strings;
    }

    @Test
    void aListThatIsChangedAfterwardsChangesNothing() {
        byte[] entry = "A=1".getBytes(UTF_8);
        List<byte[]> entries = new ArrayList<>(List.of(entry));
        ChildEnvironment environment = ChildEnvironment.of(entries);
        entries.clear();
        assertEquals("1", value(environment, "A"));
    }

    private static ChildEnvironment of(String... entries) {
        return ChildEnvironment.of(
                Stream.of(entries).map(entry -> entry.getBytes(UTF_8)).toList());
    }

    private static String value(ChildEnvironment environment, String name) {
        return new String(environment.value(name.getBytes(UTF_8)), UTF_8);
    }
}
