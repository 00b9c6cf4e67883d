package dev.leash.cli.up;

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
        List<String> operands = given.operands();
        boolean named = !operands.isEmpty() && isFile(operands.getFirst());
        return new UpOptions(
                UpFileReader.find(named ? operands.getFirst() : null),
                List.copyOf(named ? operands.subList(1, operands.size()) : operands),
                given.has("--check"));
    }

    /** No name of a service has these characters; and a Procfile is one in most projects. */
    private static boolean isFile(String operand) {
        return operand.indexOf('/') >= 0 || operand.indexOf('.') >= 0 || operand.startsWith(UpFileReader.PROCFILE);
    }
}
