package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.bindings.statx;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FileStatusTest {
    @Test
    void placesInTheStructAreThoseOfTheBindings() {
        assertEquals(statx.layout().byteSize(), FileStatus.BYTES);
        assertEquals(statx.stx_mode$offset(), FileStatus.MODE);
        assertEquals(statx.stx_ino$offset(), FileStatus.INODE);
    }

    @Test
    void inodeOfAPipeIsTheNumberThatProcShows() throws Exception {
        try (CallState state = CallState.open()) {
            Descriptors.Pipe pipe = Descriptors.pipe(state);
            for (int end : new int[] {pipe.readEnd(), pipe.writeEnd()}) {
                Path link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + end));
                assertEquals("pipe:[" + FileStatus.inode(state, end) + "]", link.toString());
                Descriptors.close(state, end);
            }
            assertEquals(-Errno.EBADF, FileStatus.inode(state, pipe.readEnd()));
        }
    }
}
