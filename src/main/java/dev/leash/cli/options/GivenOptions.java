package dev.leash.cli.options;

import dev.leash.cli.io.RawText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options and operands of a command line. Long names are written out, values joined by {@code =} or separate, and
 * short names may be clustered. All text is {@link RawText}, unchanged. This has no data that only a help text needs,
 * and uses no library, because it is part of the start-up time of every run.
 */
public final class GivenOptions {
    /**
     * An option.
     *
     * @param name with its hyphens
     * @param letter a short name for the same, or 0
     * @param label the name of its value in the help text; empty if it takes none
     */
    public record Form(String name, char letter, String label) {
        public static Form flag(String name) {
            return new Form(name, '\0', "");
        }

        public static Form value(String name, String label) {
            return new Form(name, '\0', label);
        }

        boolean takesValue() {
            return !label.isEmpty();
        }
    }

    private static final String HELP = "--help";

    private record Given(Form form, String value) {}

    private final String command;
    private final List<Form> forms;
    private final List<String> arguments;
    private final List<Given> given = new ArrayList<>();
    private final List<String> operands = new ArrayList<>();
    private int index;

    private GivenOptions(String command, List<Form> forms, List<String> arguments) {
        this.command = command;
        this.forms = forms;
        this.arguments = arguments;
    }

    /**
     * Parses {@code arguments}.
     *
     * @param command for messages
     * @param stopAtOperand whether all arguments after the first operand are operands as well: the command line of a
     *     program
     */
    public static GivenOptions parse(String command, List<Form> forms, List<String> arguments, boolean stopAtOperand)
            throws UsageException {
        GivenOptions options = new GivenOptions(command, forms, arguments);
        options.take(stopAtOperand);
        return options;
    }

    private void take(boolean stopAtOperand) throws UsageException {
        boolean over = false;
        while (index < arguments.size() && !has(HELP)) {
            String argument = arguments.get(index++);
            if (over || argument.length() < 2 || argument.charAt(0) != '-') {
                operands.add(argument);
                over |= stopAtOperand;
            } else if (argument.equals("--")) {
                over = true;
            } else if (argument.startsWith("--")) {
                takeLong(argument);
            } else {
                takeCluster(argument);
            }
        }
    }

    private void takeLong(String argument) throws UsageException {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        for (Form form : forms) {
            if (form.name().equals(name)) {
                if (form.takesValue()) {
                    given.add(new Given(form, equals < 0 ? next(form, name) : argument.substring(equals + 1)));
                } else if (equals < 0) {
                    given.add(new Given(form, ""));
                } else {
                    throw wrong(
                            "'" + name + "' takes no value, and was given '" + argument.substring(equals + 1) + "'");
                }
                return;
            }
        }
        throw unknown(name);
    }

    private void takeCluster(String argument) throws UsageException {
        for (int at = 1; at < argument.length(); at++) {
            Form form = find(argument.charAt(at));
            if (form == null) {
                throw unknown(at == 1 ? argument : "-" + argument.charAt(at));
            }
            if (form.takesValue()) {
                String joined = argument.substring(at + 1);
                String value = joined.startsWith("=") ? joined.substring(1) : joined;
                given.add(new Given(form, joined.isEmpty() ? next(form, "-" + form.letter()) : value));
                return;
            }
            given.add(new Given(form, ""));
        }
    }

    private @Nullable Form find(char letter) {
        for (Form form : forms) {
            if (form.letter() == letter) {
                return form;
            }
        }
        return null;
    }

    private String next(Form form, String name) throws UsageException {
        if (index == arguments.size()) {
            throw wrong("'" + name + "' needs a value, " + name + (name.length() == 2 ? " " : "=") + form.label());
        }
        return arguments.get(index++);
    }

    private UsageException unknown(String name) {
        List<String> names = new ArrayList<>();
        forms.forEach(form -> names.add(form.name()));
        return wrong("there is no option '" + name + "'" + Similar.hint(name, names));
    }

    private UsageException wrong(String what) {
        return new UsageException(what + "; try 'leash " + command + " --help'");
    }

    public boolean has(String name) {
        return value(name) != null;
    }

    public boolean asksForHelp() {
        return has(HELP);
    }

    /** The last value of an option; empty for one that takes none, null if it was not given. */
    @Nullable
    public String value(String name) {
        for (int at = given.size() - 1; at >= 0; at--) {
            if (given.get(at).form().name().equals(name)) {
                return given.get(at).value();
            }
        }
        return null;
    }

    /** All values of an option that may be repeated, in their order. */
    public List<String> values(String name) {
        List<String> values = new ArrayList<>();
        for (Given one : given) {
            if (one.form().name().equals(name)) {
                values.add(one.value());
            }
        }
        return values;
    }

    /** The operands: the program and its arguments, or files. */
    public List<String> operands() {
        return operands;
    }
}
