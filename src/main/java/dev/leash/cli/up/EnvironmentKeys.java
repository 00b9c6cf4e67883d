package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys {@code env} and {@code env_file} of a table. What the table says itself wins over its files. */
final class EnvironmentKeys {
    private final String directory;
    private final Problems problems;

    EnvironmentKeys(String directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    Map<String, String> read(TomlKeys keys) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String file : keys.texts("env_file")) {
            addFile(keys, file, variables);
        }
        TomlKeys given = keys.table("env");
        if (given != null) {
            given.entries().forEach((name, value) -> add(given, name, value, variables));
        }
        return variables;
    }

    private void addFile(TomlKeys keys, String file, Map<String, String> variables) {
        String path = UpFile.resolve(directory, RawText.of(file.getBytes(StandardCharsets.UTF_8)));
        try {
            variables.putAll(EnvFileReader.read(
                    UpFileReader.content(path, "the file of variables"), problems.in(RawText.text(path))));
        } catch (IOException e) {
            keys.wrong("env_file", e.getMessage() + "; make the file, or remove it here");
        }
    }

    private static void add(TomlKeys given, String name, Object value, Map<String, String> variables) {
        String text =
                value instanceof String || value instanceof Long || value instanceof Boolean ? value.toString() : null;
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            given.wrong(name, "is no name of a variable; it must not be empty nor contain '='");
        } else if (text == null) {
            given.wrong(name, "needs a string, in quotes, not " + TomlKeys.kind(value));
        } else if (text.indexOf('\0') >= 0) {
            given.wrong(name, "contains a NUL character, which no variable can hold");
        } else {
            variables.put(raw(name), raw(text));
        }
    }

    private static String raw(String text) {
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
