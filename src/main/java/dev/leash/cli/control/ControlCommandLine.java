package dev.leash.cli.control;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.DurationText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.NumberText;
import dev.leash.cli.options.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command line of one of the commands that ask {@code leash up}.
 *
 * @param files those that may be meant, {@link RawText}
 * @param json whether answers are written as JSON
 */
public record ControlCommandLine(List<String> files, boolean json, ControlRequest request) {
    private static final Form FILE = Form.value("--file", "FILE");
    private static final Form JSON = Form.flag("--json");
    private static final Form ALL = Form.flag("--all");
    private static final Form NO_WAIT = Form.flag("--no-wait");
    private static final Form TIMEOUT = Form.value("--timeout", "DURATION");
    private static final Form HELP = new Form("--help", 'h', "");

    /** The options of a command, in the order of its help. */
    public static List<Form> forms(String command) {
        return switch (command) {
            case "ps", "events" -> List.of(FILE, JSON, HELP);
            case "start", "stop" -> List.of(FILE, ALL, NO_WAIT, TIMEOUT, HELP);
            case "restart" -> List.of(FILE, ALL, Form.flag("--rolling"), NO_WAIT, TIMEOUT, HELP);
            case "reload" -> List.of(FILE, HELP);
            case "logs" -> List.of(FILE, new Form("--follow", 'f', ""), new Form("--lines", 'n', "N"), HELP);
            case "wait" -> List.of(FILE, TIMEOUT, HELP);
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** Null if help was asked for. */
    static @Nullable ControlCommandLine parse(String command, List<String> arguments) throws UsageException {
        List<Form> forms = forms(command);
        GivenOptions given = GivenOptions.parse(command, forms, arguments, false);
        if (given.asksForHelp()) {
            return null;
        }
        boolean all = given.has("--all");
        if (forms.contains(ALL) && all == !given.operands().isEmpty()) {
            throw new UsageException(
                    all
                            ? command + " takes NAMEs or --all, not both"
                            : command + " needs the NAMEs of services, or --all; 'leash ps' shows them");
        }
        if (given.has("--rolling") && given.has("--no-wait")) {
            throw new UsageException("--rolling waits for each before it restarts the next: not with --no-wait");
        }
        String timeout = given.value("--timeout");
        String lines = given.value("--lines");
        return new ControlCommandLine(
                files(given.value("--file")),
                given.has("--json"),
                new ControlRequest(
                        command,
                        given.operands().stream().map(RawText::text).toList(),
                        all,
                        given.has("--follow"),
                        given.has("--rolling"),
                        !given.has("--no-wait"),
                        lines == null
                                ? Integer.MAX_VALUE
                                : (int) NumberText.from("--lines", lines, 0, Integer.MAX_VALUE),
                        timeout == null ? 0 : DurationText.nanos("--timeout", timeout)));
    }

    /** How long to wait for a leash up: a script that has just started one wants to wait for its services. */
    long patienceNanos() {
        return request.command().equals("wait") ? request.timeoutNanos() : 0;
    }

    /** The usual file that is there is meant; if there is none any more, the one that is run. */
    private static List<String> files(@Nullable String given) {
        if (given != null) {
            return List.of(given);
        }
        for (String usual : ServiceFiles.USUAL) {
            if (Files.exists(Path.of(usual))) {
                return List.of(usual);
            }
        }
        return ServiceFiles.USUAL;
    }
}
