package dev.leash.cli.io;

import dev.leash.cli.caller.CallerContext;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The output of the command itself. It writes bytes, not through a PrintStream: the charset of System.err is the
 * locale's, and descriptors 1 and 2 may have been moved. For any thread.
 */
public final class Console {
    private static final int CLOSED = -1;
    private static final String STDOUT = "standard output";
    private static final String STDERR = "standard error";

    // If the caller had closed the descriptor, the launcher has opened another file there.
    private volatile int stdout = CallerContext.hasClosed(1) ? CLOSED : 1;
    private volatile int stderr = CallerContext.hasClosed(2) ? CLOSED : 2;

    /** Writes to these descriptors from now on. So does code that writes to {@link System#err}, such as the logger. */
    public void moveTo(int stdoutNow, int stderrNow) {
        stdout = stdoutNow;
        stderr = stderrNow;
        System.setErr(new PrintStream(error(), true, StandardCharsets.UTF_8));
    }

    /** Writes to standard output. Returns 0, the status of a command that had nothing else to do. */
    public int print(byte[] bytes) throws LostOutputException {
        int written = Descriptors.writeAll(CallState.create(), stdout, bytes);
        if (written < 0) {
            throw new LostOutputException(STDOUT, -written);
        }
        return 0;
    }

    public int print(String text) throws LostOutputException {
        return print(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Standard output, without a buffer. */
    public OutputStream output() {
        return new DescriptorOutput(stdout, STDOUT);
    }

    /** Standard error, without a buffer. If the caller has closed it, messages are discarded. */
    public OutputStream error() {
        return stderr == CLOSED ? OutputStream.nullOutputStream() : new DescriptorOutput(stderr, STDERR);
    }

    /** Whether {@link #output} and {@link #error} lead to the same file. */
    public boolean isOnePlace() {
        try {
            Path out = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stdout));
            return out.equals(Files.readSymbolicLink(Path.of("/proc/self/fd/" + stderr)));
        } catch (IOException e) {
            return false; // one of them is closed
        }
    }

    /** Another descriptor, without a buffer. */
    public static OutputStream to(int fd) {
        return new DescriptorOutput(fd, null);
    }

    /** Writes {@link RawText} and a newline to standard error. A failure is ignored: it cannot be reported. */
    public void complain(String raw) {
        int ignored = Descriptors.writeAll(CallState.create(), stderr, RawText.bytes(raw + "\n"));
    }

    /** Threads write in turn, so each uses a call state of its own. */
    private static final class DescriptorOutput extends OutputStream {
        private final int fd;
        private final @Nullable String standard;

        DescriptorOutput(int fd, @Nullable String standard) {
            this.fd = fd;
            this.standard = standard;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            boolean whole = offset == 0 && length == bytes.length;
            byte[] part = whole ? bytes : Arrays.copyOfRange(bytes, offset, offset + length);
            int written;
            try (CallState state = CallState.open()) {
                written = Descriptors.writeAll(state, fd, part);
            }
            if (written < 0 && standard != null) {
                throw new LostOutputException(standard, -written);
            }
            SystemCallException.check("write", written);
        }
    }
}
