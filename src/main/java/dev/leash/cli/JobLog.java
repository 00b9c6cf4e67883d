package dev.leash.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A file with a line of JSON for each job that has ended. A line is written by one write(2) as soon as the job has ended, so
 * what survives a kill of this process is right up to the last line, which may be cut; that one counts as not written. The
 * file is locked as long as it is open: two batches that resume from one log would run everything twice.
 */
final class JobLog {
    private static final JsonFactory JSON = new JsonFactory();

    /** A greater number is no line of a file that anybody runs, but would take memory. */
    private static final long LAST_LINE = 100_000_000;

    private final String name;
    private final FileChannel file;

    /** What is known of the jobs, by their lines. There may be millions. */
    private final BitSet known = new BitSet();

    private final BitSet succeeded = new BitSet();
    private long[] digests = {};
    private int met;

    private JobLog(String name, FileChannel file) {
        this.name = name;
        this.file = file;
    }

    /**
     * Opens the file, which is made if it is not there.
     *
     * @param name {@link RawText}
     * @throws UsageException if another batch has it, if it is no job log, or if it holds something and {@code resume} is false
     */
    static JobLog open(CallState state, String name, boolean resume) throws IOException, UsageException {
        // By its bytes first, which no Path can express in every locale.
        int fd = SystemCallException.check(
                "open " + name, Descriptors.open(state, RawText.bytes(name), OpenFlags.APPEND));
        FileChannel file;
        try {
            file = new RandomAccessFile("/proc/self/fd/" + fd, "rw").getChannel();
        } finally {
            Descriptors.close(state, fd);
        }
        JobLog log = new JobLog(name, file);
        log.lock();
        if (file.size() > 0 && !resume) {
            throw new UsageException("the job log '" + name + "' is not empty: --resume goes on from it");
        }
        log.read();
        return log;
    }

    private void lock() throws IOException, UsageException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // the same, by somebody in this process
        }
        throw new UsageException("another batch is using the job log '" + name + "'");
    }

    private void read() throws IOException, UsageException {
        InputStream bytes = new BufferedInputStream(Channels.newInputStream(file), 1 << 16);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long whole = 0;
        long at = 0;
        long number = 0;
        for (int b = bytes.read(); b >= 0; b = bytes.read()) {
            at++;
            if (b != '\n') {
                text.write(b);
                continue;
            }
            whole = at;
            number++;
            note(number, text.toByteArray());
            text.reset();
        }
        // Whoever wrote the rest was killed before its end.
        file.truncate(whole);
        file.position(whole);
    }

    private void note(long number, byte[] text) throws IOException, UsageException {
        long line = 0;
        String digest = null;
        String fate = null;
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = json.currentName();
                    json.nextToken();
                    switch (field) {
                        case "line" -> line = json.getValueAsLong();
                        case "digest" -> digest = json.getText();
                        case "fate" -> fate = json.getText();
                        default -> json.skipChildren();
                    }
                }
            }
            if (line >= 1 && line <= LAST_LINE && digest != null && fate != null) {
                note((int) line, Long.parseUnsignedLong(digest, 16), fate.equals(JobFate.SUCCEEDED.key()));
                return;
            }
        } catch (JsonProcessingException | NumberFormatException e) {
            // said below
        }
        throw new UsageException("line " + number + " of '" + name + "' is not from a job log of leash batch");
    }

    /** What comes later counts: a job that has failed is run again. */
    private void note(int line, long digest, boolean hasSucceeded) {
        if (line >= digests.length) {
            digests = Arrays.copyOf(digests, Math.max(line + 1, digests.length * 2));
        }
        digests[line] = digest;
        known.set(line);
        succeeded.set(line, hasSucceeded);
    }

    /**
     * Whether this job is done.
     *
     * @throws UsageException if the log is about another job in that line
     */
    boolean isDone(BatchJob job) throws UsageException {
        if (job.line() >= digests.length || !known.get((int) job.line())) {
            return false;
        }
        met++;
        if (digests[(int) job.line()] != job.digest()) {
            throw new UsageException("line " + job.line() + " is another one than when '" + name
                    + "' was written: these jobs do not belong to that log");
        }
        return succeeded.get((int) job.line());
    }

    /**
     * All jobs have been asked for, once each.
     *
     * @throws UsageException if the log knows of more
     */
    void requireAllMet() throws UsageException {
        int asked = met;
        met = 0;
        if (asked < known.cardinality()) {
            throw new UsageException((known.cardinality() - asked) + " of the jobs in '" + name
                    + "' are not there any more: these jobs do not belong to that log");
        }
    }

    void append(JobEnd end) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("digest", digest(end.job()));
            end.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.toByteArray());
        while (bytes.hasRemaining()) {
            int ignored = file.write(bytes);
        }
    }

    private static String digest(BatchJob job) {
        return String.format("%016x", job.digest());
    }
}
