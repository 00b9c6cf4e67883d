package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.support.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a child's descriptors is done one after the other: the next one sees what those before it have done. */
@Timeout(60)
class DescriptorActionTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    @TempDir
    Path temp;

    private final CallState state = CallState.create();
    private int one;
    private int other;

    @BeforeEach
    void open() throws IOException {
        one = opened("one");
        other = opened("other");
    }

    /** Close-on-exec, as all descriptors of this process are. */
    private int opened(String name) throws IOException {
        Path file = Files.createFile(temp.resolve(name));
        return Descriptors.open(state, file.toString().getBytes(UTF_8), OpenFlags.TRUNCATE);
    }

    @AfterEach
    void close() {
        Descriptors.close(state, one);
        Descriptors.close(state, other);
    }

    private void run(String line, DescriptorAction... actions) throws Exception {
        List<byte[]> arguments = Stream.of("/bin/sh", "-c", line)
                .map(word -> word.getBytes(UTF_8))
                .toList();
        int pid = Spawner.spawn(
                state,
                new SpawnRequest(
                        arguments,
                        ChildEnvironment.INHERITED,
                        new Directory.Inherited(),
                        List.of(actions),
                        SpawnAttributes.CLEAN,
                        5),
                new ChildSlot());
        assertEquals(pid, Processes.reapWaiting(state, pid));
    }

    private String text(String name) throws IOException {
        return Files.readString(temp.resolve(name));
    }

    @Test
    void aDuplicateOfADuplicateIsWhatTheFirstHasBecome() throws Exception {
        run(
                "echo out; echo err >&2",
                new DescriptorAction.Duplicate(one, 1),
                new DescriptorAction.Duplicate(1, 2),
                new DescriptorAction.Null(0, false));
        assertEquals("out\nerr\n", text("one"));
    }

    @Test
    void aDuplicateKeepsWhatItsSourceWasWhenThatIsReplacedLater() throws Exception {
        run(
                "echo out; echo err >&2; echo three >&3",
                new DescriptorAction.Duplicate(one, 1),
                new DescriptorAction.Duplicate(1, 3),
                new DescriptorAction.Duplicate(other, 1),
                new DescriptorAction.Null(2, true));
        assertEquals("three\n", text("one"));
        assertEquals("out\n", text("other"));
    }

    @Test
    void twoCanChangePlacesByWayOfAThird() throws Exception {
        run(
                "echo out; echo err >&2",
                new DescriptorAction.Duplicate(one, 1),
                new DescriptorAction.Duplicate(other, 2),
                new DescriptorAction.Duplicate(1, 4),
                new DescriptorAction.Duplicate(2, 1),
                new DescriptorAction.Duplicate(4, 2),
                new DescriptorAction.Close(4));
        assertEquals("err\n", text("one"));
        assertEquals("out\n", text("other"));
    }

    /** dup2(2) of a number to itself does nothing, and would leave it close-on-exec: posix_spawn(3) takes care of that. */
    @Test
    void aDescriptorThatIsItsOwnSourceIsGivenToTheChild() throws Exception {
        int low = Descriptors.duplicate(state, one, 3);
        try {
            int pid = Spawner.spawn(
                    state,
                    new SpawnRequest(
                            Stream.of("/bin/sh", "-c", "echo self >/proc/self/fd/" + low)
                                    .map(word -> word.getBytes(UTF_8))
                                    .toList(),
                            ChildEnvironment.INHERITED,
                            new Directory.Inherited(),
                            List.of(new DescriptorAction.Duplicate(low, low)),
                            SpawnAttributes.CLEAN,
                            -1),
                    new ChildSlot());
            assertEquals(pid, Processes.reapWaiting(state, pid));
        } finally {
            Descriptors.close(state, low);
        }
        assertEquals("self\n", text("one"));
    }

    @Test
    void whatWasClosedCanBeOpenedAgain() throws Exception {
        run(
                "cat; echo out",
                new DescriptorAction.Close(0),
                new DescriptorAction.Null(0, false),
                new DescriptorAction.Duplicate(one, 1),
                new DescriptorAction.Null(2, true));
        assertEquals("out\n", text("one"));
    }
}
