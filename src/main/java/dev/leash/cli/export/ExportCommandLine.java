package dev.leash.cli.export;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.Similar;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.up.UpCommandLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code leash export}. */
public final class ExportCommandLine {
    /** In the order of {@link ExportHelp}. */
    public static final List<Form> FORMS = List.of(
            new Form("--output", 'o', "DIR"),
            Form.flag("--user"),
            Form.value("--run-as", "USER"),
            Form.value("--name", "NAME"),
            new Form("--help", 'h', ""));

    private static final String SYSTEMD = "systemd";
    private static final String SEE_HELP = "; try 'leash export --help'";

    private ExportCommandLine() {}

    /** Null if help was asked for. */
    static @Nullable ExportOptions parse(List<String> arguments) throws UsageException {
        GivenOptions given = GivenOptions.parse("export", FORMS, arguments, false);
        if (given.asksForHelp()) {
            return null;
        }
        List<String> operands = given.operands();
        if (operands.isEmpty()) {
            throw new UsageException("export needs to know for whom: 'leash export systemd'" + SEE_HELP);
        }
        if (!operands.getFirst().equals(SYSTEMD)) {
            throw new UsageException("export knows 'systemd', not '" + operands.getFirst() + "'"
                    + Similar.hint(operands.getFirst(), List.of(SYSTEMD)) + SEE_HELP);
        }
        boolean user = given.has("--user");
        String runAs = given.value("--run-as");
        if (user && runAs != null) {
            throw new UsageException("--run-as is for units of the system: those of a user run as that user");
        }
        require(runAs, "[A-Za-z0-9_][A-Za-z0-9_.-]*", "--run-as", "a user's name or number");
        require(
                given.value("--name"),
                "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}",
                "--name",
                "letters (A to Z), digits and _.-, a letter or digit first");
        return new ExportOptions(
                UpCommandLine.source(operands.subList(1, operands.size())),
                user,
                given.value("--output"),
                given.value("--name"),
                runAs);
    }

    private static void require(@Nullable String value, String pattern, String option, String what)
            throws UsageException {
        if (value != null && !value.matches(pattern)) {
            throw new UsageException(option + " needs " + what + ", not '" + RawText.text(value) + "'");
        }
    }
}
