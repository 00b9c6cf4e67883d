package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.CallState;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file with a line of JSON for each job that has ended. One write(2) writes a line as soon as the job has ended, so
 * after a kill of this process the file is correct except that its last line may be cut; a cut line counts as not
 * written. The file is locked as long as it is open: two batches that resume from one log would run every job twice.
 */
final class JobLog implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String WHAT = "the job log";

    /** A job's command has at most 2 MiB, see execve(2), and may take six times as much in JSON. */
    private static final int LONGEST = 64 << 20;

    private static final int MOST_TOLD = 5;

    private final String name;
    private final LineFile file;

    /** The jobs in the log, by their line numbers. There may be millions. */
    private final BitSet known = new BitSet();

    private final BitSet succeeded = new BitSet();
    private final List<Long> torn = new ArrayList<>();
    private long[] digests = {};
    private int met;

    private JobLog(String name, LineFile file) {
        this.name = name;
        this.file = file;
    }

    /**
     * Opens the file, and creates it if it does not exist.
     *
     * @param name {@link RawText}
     * @throws UsageException if another batch has locked it, if it is no job log, or if it is not empty and
     *     {@code resume} is false
     */
    static JobLog open(CallState state, String name, boolean resume) throws IOException, UsageException {
        JobLog log = new JobLog(name, LineFile.open(state, name, WHAT));
        boolean opened = false;
        try {
            log.begin(resume);
            opened = true;
        } finally {
            if (!opened) {
                log.close();
            }
        }
        return log;
    }

    /** A path that opens the file, whatever its name is. */
    Path path() {
        return file.path();
    }

    private void begin(boolean resume) throws IOException, UsageException {
        if (resume && !file.isRegular()) {
            throw new UsageException(
                    "--resume needs a job log that can be read, and '" + name + "' is no regular file");
        }
        if (!lock()) {
            throw new UsageException("another batch is using the job log '" + name + "'");
        }
        if (file.size() > 0 && !resume) {
            throw new UsageException("the job log '" + name + "' is not empty: --resume goes on from it");
        }
        read();
    }

    private boolean lock() throws IOException {
        try {
            return file.lock();
        } catch (IOException e) {
            throw CallersFile.failed("lock", WHAT, name, e);
        }
    }

    private void read() throws IOException, UsageException {
        InputStream bytes = new BufferedInputStream(file.read(), 1 << 16);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        long whole = 0;
        long at = 0;
        long number = 1;
        for (int b = bytes.read(); b >= 0; b = bytes.read()) {
            at++;
            if (b == '\n') {
                whole = at;
                note(number, number == 1 ? RawText.withoutMark(text.toByteArray()) : text.toByteArray());
                number++;
                text.reset();
            } else if (text.size() == LONGEST) {
                throw notOurs(number);
            } else {
                text.write(b);
            }
        }
        if (text.size() > 0) {
            end(number, whole, number == 1 ? RawText.withoutMark(text.toByteArray()) : text.toByteArray());
        }
    }

    /** Handles a last line without a line end: its writer was killed, or an editor has removed the line end. */
    private void end(long number, long whole, byte[] text) throws IOException, UsageException {
        if (JobRecord.parse(text) == null
                && JobRecord.isTorn(text)
                && JobRecord.salvage(text).isEmpty()) {
            file.cut(whole);
        } else {
            note(number, text);
            write(new byte[] {'\n'});
        }
    }

    private void note(long number, byte[] text) throws UsageException {
        JobRecord record = JobRecord.parse(text);
        if (record != null) {
            note(record);
        } else if (JobRecord.isTorn(text)) {
            torn.add(number);
            JobRecord.salvage(text).forEach(this::note);
        } else if (!RawText.of(text).isBlank()) {
            throw notOurs(number);
        }
    }

    private UsageException notOurs(long number) {
        return new UsageException("line " + number + " of '" + name + "' is not from a job log of leash batch: name"
                + " another file, or remove that line");
    }

    /** A message about the lines of the log that could not be read; null if there are none. {@link RawText}. */
    @Nullable
    String loss() {
        if (torn.isEmpty()) {
            return null;
        }
        StringBuilder lines = new StringBuilder(torn.size() == 1 ? "line " : "lines ");
        for (int index = 0; index < Math.min(torn.size(), MOST_TOLD); index++) {
            lines.append(index == 0 ? "" : ", ").append(torn.get(index));
        }
        if (torn.size() > MOST_TOLD) {
            lines.append(" and ").append(torn.size() - MOST_TOLD).append(" more");
        }
        return lines + " of the job log '" + name + "' " + (torn.size() == 1 ? "is" : "are")
                + " torn, as when a disk was full: a job of which nothing else is there is run again";
    }

    private void note(JobRecord record) {
        note(record.line(), record.digest(), record.succeeded());
    }

    /** The last line of a job counts: a job that has failed is run again. */
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
     * @throws UsageException if the log has another job for that line
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
     * Checks the log after {@link #isDone} was called once for each job.
     *
     * @throws UsageException if the log has more jobs
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
            JobRecord.begin(json, end.job());
            end.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        write(text.toByteArray());
    }

    private void write(byte[] line) throws IOException {
        try {
            file.append(line);
        } catch (IOException e) {
            throw CallersFile.failed("write", WHAT, name, e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
