package dev.leash.cli.export;

import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.up.BadFileException;
import dev.leash.cli.up.UpFileReader;
import dev.leash.cli.up.UpPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code leash export}. */
public final class ExportCommand {
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int ROOT = 0;

    private final ExportOptions options;
    private final Console console;
    private final Gaps gaps = new Gaps();

    private ExportCommand(ExportOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    public static int main(List<String> arguments, Console console) throws Exception {
        ExportOptions options = ExportCommandLine.parse(arguments);
        if (options == null) {
            return console.print(ExportHelp.TEXT);
        }
        try {
            return new ExportCommand(options, console).run();
        } catch (BadFileException e) {
            e.lines().forEach(line -> console.complain(raw(line)));
            return ExitCodes.FAILED;
        }
    }

    private int run() throws IOException, BadFileException, UsageException {
        String file = options.source().file();
        UpPlan plan = UpPlan.of(UpFileReader.read(file), options.source().names());
        String folder = Place.folder(plan.file().directory());
        String path = System.getenv("PATH");
        UnitFacts facts = new UnitFacts(
                plan,
                Place.in(folder, file.substring(file.lastIndexOf('/') + 1)),
                folder,
                name(folder),
                options.user(),
                runAs(),
                path == null ? USUAL_PATH : raw(path),
                UnitFacts.waitedFor(plan));
        List<Unit> units = SystemdUnits.of(facts, Objects.requireNonNullElse(System.getenv("PORT"), ""), gaps);
        if (options.output() == null) {
            print(units);
        } else {
            write(units);
        }
        gaps.lines().forEach(line -> console.complain("leash: " + line));
        if (!options.user() && facts.runAs() == null) {
            console.complain(
                    "leash: the services will run as root, as in 'leash up' by root; --run-as=USER changes that");
        }
        return 0;
    }

    private void print(List<Unit> units) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Unit unit : units) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append("# ")
                    .append(unit.name())
                    .append('\n')
                    .append(unit.text());
        }
        int ignored = console.print(RawText.bytes(text.toString()));
    }

    private void write(List<Unit> units) throws IOException, UsageException {
        String output = Objects.requireNonNull(options.output());
        Path folder = output.isEmpty() ? null : Place.path(output);
        if (folder == null) {
            throw new UsageException("--output needs a folder whose path has text in this locale; try LC_ALL=C.UTF-8");
        }
        UnitFiles files = new UnitFiles(folder, units);
        StringBuilder written = new StringBuilder();
        files.write().forEach(path -> written.append(path).append('\n'));
        int ignored = console.print(written.toString());
        if (options.source().names().isEmpty()) {
            for (Path left : files.leftovers()) {
                console.complain("leash: " + raw(left.toString())
                        + " is of an earlier export and no longer written: stop and disable it, and remove the file");
            }
        }
    }

    /** What the names of the units begin with: the folder's name, as far as one may consist of it. */
    private String name(String folder) {
        if (options.name() != null) {
            return options.name();
        }
        String name = folder.substring(folder.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9_.-]", "_");
        String usable = name.replaceFirst("^[^A-Za-z0-9]+", "");
        return usable.isEmpty() ? "leash" : usable.substring(0, Math.min(usable.length(), 100));
    }

    /** Units of the system run as root if they do not say otherwise. */
    private @Nullable String runAs() throws IOException {
        if (options.user() || options.runAs() != null) {
            return options.runAs();
        }
        Path self = Path.of("/proc/self");
        return Files.getAttribute(self, "unix:uid").equals(ROOT)
                ? null
                : Files.getOwner(self).getName();
    }

    private static String raw(String text) {
        return RawText.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
