package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.leash.cli.io.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link JobLog} line that the next batch needs.
 *
 * @param line of the job, in its file
 * @param digest of the job
 */
record JobRecord(int line, long digest, boolean succeeded) {
    private static final JsonFactory JSON = new JsonFactory();

    /** No file of jobs has more lines, and a greater number would take memory. */
    private static final long LAST_LINE = 100_000_000;

    private static final String DIGEST = "digest";

    /**
     * The start of each line. It cannot occur within a record, because a quotation mark within a text has a
     * backslash.
     */
    private static final String START = "{\"" + DIGEST + "\":\"";

    /** Writes the first field. */
    static void begin(JsonGenerator json, BatchJob job) throws IOException {
        json.writeStringField(DIGEST, String.format("%016x", job.digest()));
    }

    /** The record that {@code text} is; null if it is anything else. */
    static @Nullable JobRecord parse(byte[] text) {
        long line = 0;
        String digest = null;
        String fate = null;
        // Given bytes, the parser would guess the encoding: with a few zeros among them it assumes UTF-32.
        try (JsonParser json = JSON.createParser(new String(text, StandardCharsets.UTF_8))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "line" -> line = json.getValueAsLong();
                    case DIGEST -> digest = json.getText();
                    case "fate" -> fate = json.getText();
                    default -> json.skipChildren();
                }
            }
            boolean complete = json.nextToken() == null && line >= 1 && line <= LAST_LINE;
            return !complete || digest == null || fate == null
                    ? null
                    : new JobRecord(
                            (int) line, Long.parseUnsignedLong(digest, 16), fate.equals(JobFate.SUCCEEDED.key()));
        } catch (IOException | NumberFormatException e) {
            return null; // the caller reports the error
        }
    }

    /**
     * Whether {@code text} is or contains a part of a record: a write(2) may stop in the middle on a full disk, and a
     * file system may leave zeros after a crash of the machine.
     */
    static boolean isTorn(byte[] text) {
        String raw = RawText.of(text).replace("\0", "").strip();
        return raw.contains(START) || (text.length > 0 && START.startsWith(raw));
    }

    /** The records in {@code text} that are whole. */
    static List<JobRecord> salvage(byte[] text) {
        String raw = RawText.of(text);
        List<JobRecord> whole = new ArrayList<>();
        int start = raw.indexOf(START);
        while (start >= 0) {
            int next = raw.indexOf(START, start + 1);
            String piece = next < 0 ? raw.substring(start) : raw.substring(start, next);
            JobRecord record = parse(piece.getBytes(StandardCharsets.ISO_8859_1));
            if (record != null) {
                whole.add(record);
            }
            start = next;
        }
        return whole;
    }
}
