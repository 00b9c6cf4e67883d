package dev.leash.internal.guardian;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is in the table when. */
@Timeout(20)
class GuardianTableTest {
    private static final ProcessSet.Factory GROUP = (state, leader, pidfd) -> {
        throw new AssertionError("it is not made");
    };

    private static final int KIND = 0;
    private static final int LAST_NUMBER = 4;

    private static String[] line(GuardianTable table) throws IOException {
        byte[] file = Files.readAllBytes(Path.of("/proc/self/fd/" + table.fd()));
        return new String(file, GuardianTable.HEADER_BYTES, GuardianTable.LINE_BYTES, StandardCharsets.US_ASCII)
                .split(" +", -1);
    }

    private static void assertLine(String kind, long number, GuardianTable table) throws IOException {
        assertEquals(kind, line(table)[KIND]);
        assertEquals(Long.toString(number), line(table)[LAST_NUMBER]);
    }

    /** While the letter changes, a guardian could read a number of which some digits have been stored. */
    @Test
    void pipeIsThereBeforeTheLetterAndIsNoOtherAsLongAsTheLetterIsThatOfAStart() throws Exception {
        try (CallState state = CallState.open()) {
            GuardianTable table = new GuardianTable(state);
            Descriptors.Pipe pipe = Descriptors.pipe(state);
            try {
                String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + pipe.readEnd()))
                        .toString();
                long inode = Long.parseLong(link.replaceAll("\\D", ""));
                GuardianTable.Entry entry = table.enter(GROUP, null);
                entry.pipe(state, pipe.writeEnd());
                assertEquals("-", line(table)[KIND]);
                entry.starting();
                assertLine("P", inode, table);
                entry.started(state, 4711);
                assertLine("L", inode, table);
                entry.leave();
                assertEquals("-", line(table)[KIND]);
                GuardianTable.Entry withoutPipe = table.enter(GROUP, null);
                withoutPipe.starting();
                assertLine("P", 0, table);
                withoutPipe.leave();
            } finally {
                Descriptors.close(state, pipe.readEnd());
                Descriptors.close(state, pipe.writeEnd());
                table.close(state);
            }
        }
    }
}
