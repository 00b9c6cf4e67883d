package dev.leash.cli.help;

import dev.leash.cli.batch.BatchHelp;
import dev.leash.cli.bench.BenchHelp;
import dev.leash.cli.control.ControlCommand;
import dev.leash.cli.control.ControlHelp;
import dev.leash.cli.doctor.DoctorCommand;
import dev.leash.cli.export.ExportHelp;
import dev.leash.cli.run.RunHelp;
import dev.leash.cli.timeout.TimeoutHelp;
import dev.leash.cli.up.UpHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form of one command of {@code leash}, read from the text of its {@code --help}, so that the manual page and the
 * shell completions say the same.
 *
 * @param name as in {@code leash NAME}
 * @param usages the command lines
 * @param paragraphs the text before the options
 * @param sections the text after the options, with titles such as {@code Exit status}
 */
public record CommandForm(
        String name, List<String> usages, List<String> paragraphs, List<Option> options, List<Section> sections) {
    /**
     * An option.
     *
     * @param names the short name first, if there are two
     * @param label the name of its value; empty if it takes none
     */
    public record Option(List<String> names, String label, String description) {
        boolean takesValue() {
            return !label.isEmpty();
        }

        /** The possible values, if they are known. */
        List<String> choices() {
            return label.contains("|") ? List.of(label.split("\\|")) : List.of();
        }

        boolean takesPath() {
            return label.startsWith("FILE") || label.startsWith("DIR");
        }
    }

    /** Lines under a title. */
    record Section(String title, List<String> lines) {}

    private static final Pattern OPTION =
            Pattern.compile(" +(?:(-\\w)(?:, +|(?= |$)))?(--[\\w-]+)?(?:=(\\S+))?(?: +(.*))?");
    private static final Pattern USAGE = Pattern.compile("(?:Usage:| +or:) +(.*)");
    private static final Pattern TITLE = Pattern.compile("(Exit status|Examples):");

    /** All commands, in the order of {@code leash --help}. */
    static List<CommandForm> all() {
        List<CommandForm> all = new ArrayList<>(List.of(
                of("run", RunHelp.TEXT),
                of("batch", BatchHelp.TEXT),
                of("bench", BenchHelp.TEXT),
                of("up", UpHelp.TEXT)));
        ControlCommand.NAMES.forEach(command -> all.add(of(command, ControlHelp.of(command))));
        all.addAll(List.of(
                of("export", ExportHelp.TEXT),
                of("timeout", TimeoutHelp.TEXT),
                of("doctor", DoctorCommand.HELP),
                of("completion", CompletionCommand.HELP),
                of("man", ManPage.HELP)));
        return all;
    }

    public static CommandForm of(String name, String help) {
        List<String> usages = new ArrayList<>();
        List<String> paragraphs = new ArrayList<>();
        List<Option> options = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : help.split("\n", -1)) {
            Matcher usage = USAGE.matcher(line);
            Matcher option = OPTION.matcher(line);
            Matcher title = TITLE.matcher(line);
            if (usage.matches()) {
                usages.add(usage.group(1));
            } else if (title.matches()) {
                sections.add(new Section(title.group(1), new ArrayList<>()));
            } else if (!sections.isEmpty()) {
                sections.getLast().lines().add(line);
            } else if (isOption(line, option)) {
                options.add(option(option));
            } else if (line.startsWith("          ") && !options.isEmpty()) {
                options.add(continued(options.removeLast(), line.strip()));
            } else if (line.isBlank()) {
                end(paragraph, paragraphs);
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line.strip());
            }
        }
        end(paragraph, paragraphs);
        return new CommandForm(name, usages, paragraphs, options, sections);
    }

    private static boolean isOption(String line, Matcher option) {
        return line.stripLeading().startsWith("-") && option.matches();
    }

    private static Option option(Matcher found) {
        List<String> names = new ArrayList<>();
        for (int group = 1; group <= 2; group++) {
            if (found.group(group) != null) {
                names.add(found.group(group));
            }
        }
        return new Option(names, found.group(3) == null ? "" : found.group(3), orEmpty(found.group(4)));
    }

    private static Option continued(Option option, String more) {
        String description = option.description().isEmpty() ? more : option.description() + " " + more;
        return new Option(option.names(), option.label(), description);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static void end(StringBuilder paragraph, List<String> paragraphs) {
        if (!paragraph.isEmpty()) {
            paragraphs.add(paragraph.toString());
            paragraph.setLength(0);
        }
    }
}
