package dev.leash.cli.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses a job that is written as a JSON object. For one line. */
final class JsonJob {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<String> arguments = new ArrayList<>();
    private final List<String> environment = new ArrayList<>();
    private @Nullable String directory;
    private long timeoutNanos;
    private byte[] stdin = {};

    private JsonJob() {}

    /** @throws UsageException with a message that does not name the line */
    static BatchJob parse(long line, long digest, byte[] text) throws UsageException {
        String decoded = RawText.utf8(text);
        if (decoded == null) {
            throw notJson("it is not in UTF-8");
        }
        JsonJob job = new JsonJob();
        try (JsonParser json = JSON.createParser(decoded)) {
            json.nextToken();
            job.read(json);
            if (json.nextToken() != null) {
                throw new UsageException("there is more behind the JSON object");
            }
        } catch (JsonEOFException e) {
            throw notJson("it ends too early");
        } catch (JsonProcessingException e) {
            // The parser gives no position for text that exceeds its limits.
            throw notJson(
                    e.getLocation() == null
                            ? "it has a number, a name or a text that is too long"
                            : misplaced(decoded, e.getLocation().getColumnNr() - 1));
        } catch (IOException e) {
            throw new IllegalStateException(e); // the input is in memory
        }
        if (job.arguments.isEmpty()) {
            throw new UsageException("has no \"argv\", an array with the program and its arguments");
        }
        return new BatchJob(line, digest, job.arguments, job.environment, job.directory, job.timeoutNanos, job.stdin);
    }

    private static UsageException notJson(String why) {
        return new UsageException("begins with '{', but is no JSON object: " + why
                + " (for a line of shell, put a space before the '{')");
    }

    private static String misplaced(String text, int index) {
        if (index < 0 || index >= text.length()) {
            return "it ends too early";
        }
        int c = text.codePointAt(index);
        String shown = Character.isISOControl(c) ? "U+%04X".formatted(c) : "'" + Character.toString(c) + "'";
        return raw(shown) + " is wrong there, at column " + (text.codePointCount(0, index) + 1);
    }

    private void read(JsonParser json) throws IOException, UsageException {
        Set<String> seen = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (!seen.add(name)) {
                throw new UsageException("has the field \"" + raw(name) + "\" twice");
            }
            boolean isNull = json.nextToken() == JsonToken.VALUE_NULL;
            switch (name) {
                case "argv" -> readArguments(json);
                case "env" -> readEnvironment(json);
                case "directory" -> directory = isNull ? null : word(json, name);
                case "timeout" -> timeoutNanos = isNull ? 0 : timeout(json);
                case "stdin" -> stdin = isNull ? new byte[0] : text(json, name).getBytes(StandardCharsets.UTF_8);
                default ->
                    throw new UsageException(
                            "has a field \"" + raw(name) + "\" (there are: argv, env, directory, timeout, stdin)");
            }
        }
    }

    private void readArguments(JsonParser json) throws IOException, UsageException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new UsageException("needs an array of strings as \"argv\"");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            arguments.add(word(json, "argv"));
        }
    }

    /** A variable that is null is removed from the environment. */
    private void readEnvironment(JsonParser json) throws IOException, UsageException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new UsageException("needs an object of strings as \"env\"");
        }
        Set<String> seen = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf(0) >= 0) {
                throw new UsageException("has a variable that cannot be named \"" + raw(name) + "\"");
            }
            if (!seen.add(name)) {
                throw new UsageException("has the variable \"" + raw(name) + "\" twice");
            }
            requireCharacters(name, "env");
            environment.add(json.nextToken() == JsonToken.VALUE_NULL ? raw(name) : raw(name) + "=" + word(json, "env"));
        }
    }

    private static long timeout(JsonParser json) throws IOException, UsageException {
        if (!json.currentToken().isNumeric() && json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UsageException("needs a text such as \"1.5s\" or a number of seconds as \"timeout\"");
        }
        return DurationText.nanos("\"timeout\"", raw(json.getText()));
    }

    /** Reads a text that a program can be given, which contains no NUL. */
    private static String word(JsonParser json, String field) throws IOException, UsageException {
        String text = text(json, field);
        if (text.indexOf(0) >= 0) {
            throw new UsageException("has a NUL in \"" + field + "\", which no program can be given");
        }
        return raw(text);
    }

    private static String text(JsonParser json, String field) throws IOException, UsageException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UsageException(
                    "has something in \"" + field + "\" that is no string: " + named(json.currentToken()));
        }
        String text = json.getText();
        requireCharacters(text, field);
        return text;
    }

    /**
     * Refuses half of a surrogate pair, such as "\\ud83d" alone: no encoding has it, so it would become a question
     * mark.
     */
    private static void requireCharacters(String text, String field) throws UsageException {
        if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new UsageException("has half of a character in \"" + field + "\": \\u that names one of a pair only");
        }
    }

    private static String named(JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case START_ARRAY -> "an array";
            default -> "an object";
        };
    }

    private static String raw(String text) {
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
