package dev.leash.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job that is written as a JSON object. For one line. */
final class JobObject {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final List<String> arguments = new ArrayList<>();
    private final List<String> environment = new ArrayList<>();
    private @Nullable String directory;
    private long timeoutNanos;
    private byte[] stdin = {};

    private JobObject() {}

    /** @throws UsageException with what is wrong, without the line's number */
    static BatchJob parse(long line, long digest, byte[] text) throws UsageException {
        JobObject job = new JobObject();
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            job.read(json);
            if (json.nextToken() != null) {
                throw new UsageException("there is more behind the JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new UsageException("begins with '{', but is no JSON object: "
                    + e.getOriginalMessage().lines().findFirst().orElse("")
                    + " (for a line of shell, put a space before the '{')");
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (job.arguments.isEmpty()) {
            throw new UsageException("has no \"argv\", an array with the program and its arguments");
        }
        return new BatchJob(line, digest, job.arguments, job.environment, job.directory, job.timeoutNanos, job.stdin);
    }

    private void read(JsonParser json) throws IOException, UsageException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "argv" -> readArguments(json);
                case "env" -> readEnvironment(json);
                case "directory" -> directory = word(json, name);
                case "timeout" -> timeoutNanos = timeout(json);
                case "stdin" -> stdin = text(json, name).getBytes(StandardCharsets.UTF_8);
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

    private void readEnvironment(JsonParser json) throws IOException, UsageException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new UsageException("needs an object of strings as \"env\"");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf(0) >= 0) {
                throw new UsageException("has a variable that cannot be named \"" + raw(name) + "\"");
            }
            json.nextToken();
            environment.add(raw(name) + "=" + word(json, "env"));
        }
    }

    private static long timeout(JsonParser json) throws IOException, UsageException {
        if (!json.currentToken().isNumeric() && json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UsageException("needs a text such as \"1.5s\" or a number of seconds as \"timeout\"");
        }
        return DurationText.nanos("timeout", raw(json.getText()));
    }

    /** What a program can be given: no NUL. */
    private static String word(JsonParser json, String field) throws IOException, UsageException {
        String text = text(json, field);
        if (text.indexOf(0) >= 0) {
            throw new UsageException("has a NUL in \"" + field + "\", which no program can be given");
        }
        return raw(text);
    }

    private static String text(JsonParser json, String field) throws IOException, UsageException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new UsageException("has something in \"" + field + "\" that is no string: "
                    + json.currentToken().name().toLowerCase(java.util.Locale.ROOT));
        }
        return json.getText();
    }

    private static String raw(String text) {
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
