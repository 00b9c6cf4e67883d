package dev.leash.cli.batch;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads jobs, one from each line. For one thread. */
final class JobLines implements Closeable {
    /**
     * More than any line needs: an argument has at most 128 KiB, see execve(2), but a line may also contain the
     * standard input.
     */
    private static final int LONGEST = 16 << 20;

    private final InputStream bytes;
    private final MessageDigest digest;
    private long line;

    JobLines(InputStream bytes) {
        this.bytes = new BufferedInputStream(bytes, 1 << 16);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /**
     * The next job; null at the end.
     *
     * @throws UsageException if the line is no job; the message names it
     */
    @Nullable
    BatchJob next() throws IOException, UsageException {
        while (true) {
            byte[] text = readLine();
            if (text == null) {
                return null;
            }
            line++;
            text = plain(text);
            if (!isSkipped(text)) {
                return job(text);
            }
        }
    }

    /** The line without a byte order mark at the start of the file and a CR at its end, which some editors add. */
    private byte[] plain(byte[] text) throws UsageException {
        byte[] plain = text;
        if (line == 1) {
            plain = RawText.withoutMark(text);
            if (text.length >= 2 && (text[0] & 0xff) + (text[1] & 0xff) == 0xff + 0xfe && (text[0] & 0xfe) == 0xfe) {
                throw new UsageException("line 1 begins a file in UTF-16: jobs have to be in UTF-8");
            }
        }
        int end = plain.length;
        return end > 0 && plain[end - 1] == '\r' ? Arrays.copyOf(plain, end - 1) : plain;
    }

    private BatchJob job(byte[] text) throws UsageException {
        long id = ByteBuffer.wrap(digest.digest(text)).getLong();
        try {
            if (text[0] == '{') {
                return JsonJob.parse(line, id, text);
            }
            for (byte b : text) {
                if (b == 0) {
                    throw new UsageException("has a NUL, which no program can be given");
                }
            }
            return BatchJob.shell(line, id, text);
        } catch (UsageException e) {
            throw new UsageException("line " + line + " " + e.getMessage());
        }
    }

    private static boolean isSkipped(byte[] text) {
        for (byte b : text) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return b == '#';
            }
        }
        return true;
    }

    /** The next line without its end; null at the end of the file. */
    private byte @Nullable [] readLine() throws IOException, UsageException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int b = bytes.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0 && b != '\n') {
            if (text.size() == LONGEST) {
                throw new UsageException("line " + (line + 1) + " is longer than " + LONGEST + " bytes");
            }
            text.write(b);
            b = bytes.read();
        }
        return text.toByteArray();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
