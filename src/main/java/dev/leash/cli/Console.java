package dev.leash.cli;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where the command itself writes to. Bytes, not a PrintStream: the charset of System.err is the locale's, and descriptors
 * 1 and 2 may have been moved. For any thread.
 */
final class Console {
    private volatile int stdout = 1;
    private volatile int stderr = 2;

    /** From now on writes to these descriptors. */
    void moveTo(int stdoutNow, int stderrNow) {
        stdout = stdoutNow;
        stderr = stderrNow;
    }

    /** Writes to standard output; 0, or the negated errno. */
    int print(byte[] bytes) {
        return Descriptors.writeAll(CallState.create(), stdout, bytes);
    }

    int print(String text) {
        return print(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Standard output, without a buffer. */
    OutputStream output() {
        return new DescriptorOutput(stdout);
    }

    /** Standard error, without a buffer. */
    OutputStream error() {
        return new DescriptorOutput(stderr);
    }

    /** Another descriptor, without a buffer. */
    static OutputStream to(int fd) {
        return new DescriptorOutput(fd);
    }

    /** Writes {@link RawText} and a newline to standard error. Where that fails there is nobody to tell. */
    void complain(String raw) {
        int ignored = Descriptors.writeAll(CallState.create(), stderr, RawText.bytes(raw + "\n"));
    }

    private static final class DescriptorOutput extends OutputStream {
        private final CallState state = CallState.create();
        private final int fd;

        DescriptorOutput(int fd) {
            this.fd = fd;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] part = Arrays.copyOfRange(bytes, offset, offset + length);
            SystemCallException.check("write", Descriptors.writeAll(state, fd, part));
        }
    }
}
