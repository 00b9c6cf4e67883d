package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads a {@code leash.toml}. */
final class TomlReader {
    private static final List<String> STRATEGIES = List.of("one-for-one", "one-for-all", "rest-for-one");

    private final String directory;
    private final Problems problems;
    private final @Nullable PlaceCheck places;

    private TomlReader(String directory, Problems problems, @Nullable PlaceCheck places) {
        this.directory = directory;
        this.problems = problems;
        this.places = places;
    }

    /** The file; what is wrong is added to {@code problems}, and then what is returned may lack something. */
    static UpFile read(String directory, byte[] content, Problems problems) {
        return new TomlReader(directory, problems, null).file(RawText.withoutMark(content));
    }

    /** The same, and what can be told of the directories and sockets that it names. */
    static UpFile check(String directory, byte[] content, Problems problems) {
        return new TomlReader(directory, problems, new PlaceCheck(directory)).file(RawText.withoutMark(content));
    }

    private UpFile file(byte[] content) {
        String text = RawText.utf8(content);
        if (text == null) {
            problems.add(badLine(content), "", "is not UTF-8, which TOML has to be; save the file in that encoding");
            text = "";
        }
        TomlParseResult parsed = Toml.parse(text);
        for (TomlParseError error : parsed.errors()) {
            int line = error.position().line();
            problems.add(line, "", "no TOML: " + error.getMessage());
            if (text.lines().skip(line - 1L).findFirst().orElse("").strip().startsWith("[")) {
                problems.unsureAfter(line);
            }
        }
        // Of a part that cannot be read it is not known what it would have said.
        boolean whole = problems.isEmpty();
        TomlKeys keys = new TomlKeys(parsed, "", 1, problems);
        Map<String, String> environment = new EnvironmentKeys(directory, problems).read(keys);
        String strategy = keys.word("strategy", STRATEGIES);
        List<UpService> services = services(keys, whole);
        keys.refuseOthers();
        return new UpFile(directory, environment, strategy(strategy), services);
    }

    private static UpFile.Strategy strategy(@Nullable String word) {
        return word == null ? UpFile.Strategy.ONE_FOR_ONE : UpFile.Strategy.valueOf(TomlKeys.constant(word));
    }

    private List<UpService> services(TomlKeys keys, boolean whole) {
        List<UpService> services = new ArrayList<>();
        DependencyCheck dependencies = new DependencyCheck();
        Object value = keys.value("service");
        if (value != null && !(value instanceof TomlTable)) {
            keys.wrong("service", "needs a table for each service, such as [service.web], not " + TomlKeys.kind(value));
            return services;
        }
        TomlKeys all = keys.table("service");
        if (all != null) {
            all.entries().forEach((name, given) -> {
                String wrong = ServiceNames.problem(name);
                if (wrong != null) {
                    all.wrong(name, wrong);
                }
                TomlKeys of = all.table(name);
                if (of == null) { // told
                    dependencies.addUnread(name);
                    return;
                }
                UpService service = new ServiceReader(name, of, directory, problems, whole).read();
                dependencies.add(service, of);
                services.add(service);
                if (places != null) {
                    places.check(service, of);
                }
            });
        }
        if (whole) {
            if (all == null || all.entries().isEmpty()) {
                problems.add(
                        all == null ? 1 : keys.lineOf("service"),
                        "service",
                        "there is no service; add a table such as [service.web] with a command");
            }
            dependencies.check();
        }
        return services;
    }

    private static int badLine(byte[] content) {
        int line = 1;
        int start = 0;
        for (int at = 0; at <= content.length; at++) {
            if (at == content.length || content[at] == '\n') {
                if (RawText.utf8(Arrays.copyOfRange(content, start, at)) == null) {
                    return line;
                }
                line++;
                start = at + 1;
            }
        }
        return line;
    }
}
