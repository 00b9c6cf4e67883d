package dev.leash.cli.up;

import dev.leash.cli.control.ServiceFiles;
import dev.leash.cli.options.GivenOptions;
import dev.leash.cli.options.GivenOptions.Form;
import dev.leash.cli.options.UsageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code leash up}. */
public final class UpCommandLine {
    /** In the order of {@link UpHelp}. */
    public static final List<Form> FORMS = List.of(Form.flag("--check"), new Form("--help", 'h', ""));

    private UpCommandLine() {}

    /** Null if help was asked for. */
    static @Nullable UpOptions parse(List<String> arguments) throws UsageException {
        GivenOptions given = GivenOptions.parse("up", FORMS, arguments, false);
        if (given.asksForHelp()) {
            return null;
        }
        Source source = source(given.operands());
        return new UpOptions(source.file(), source.names(), given.has("--check"));
    }

    /**
     * Where services are.
     *
     * @param names of those that are meant; all if there is none
     */
    public record Source(String file, List<String> names) {}

    /**
     * The operands {@code [FILE] [NAME]...}.
     *
     * @throws UsageException if no file is named, and there is none of the usual ones
     */
    public static Source source(List<String> operands) throws UsageException {
        boolean named = !operands.isEmpty() && isFile(operands.getFirst());
        return new Source(
                UpFileReader.find(named ? operands.getFirst() : null),
                List.copyOf(named ? operands.subList(1, operands.size()) : operands));
    }

    /** No name of a service has these characters; and a Procfile is one in most projects. */
    private static boolean isFile(String operand) {
        return operand.indexOf('/') >= 0 || operand.indexOf('.') >= 0 || operand.startsWith(ServiceFiles.PROCFILE);
    }
}
