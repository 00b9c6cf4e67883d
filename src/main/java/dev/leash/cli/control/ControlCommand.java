package dev.leash.cli.control;

import dev.leash.cli.io.Console;
import dev.leash.cli.io.RawText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code leash ps}, {@code start}, {@code stop}, {@code restart}, {@code reload}, {@code logs}, {@code events}, {@code wait}. */
public final class ControlCommand {
    /** In the order of {@code leash --help}. */
    public static final List<String> NAMES =
            List.of("ps", "start", "stop", "restart", "reload", "logs", "events", "wait");

    private ControlCommand() {}

    /**
     * Runs one of them and returns the exit status.
     *
     * @param command its name
     */
    public static int main(String command, List<String> arguments, Console console) throws Exception {
        ControlCommandLine line = ControlCommandLine.parse(command, arguments);
        if (line == null) {
            return console.print(ControlHelp.of(command));
        }
        PsTable table = new PsTable();
        OutputStream output = console.output();
        int status;
        try (ControlClient client = ControlClient.connect(line.files(), line.patienceNanos())) {
            status = client.ask(
                    line.request(),
                    (answer, text) -> show(line, answer, text, table, output),
                    why -> console.complain("leash: " + RawText.of(why.getBytes(StandardCharsets.UTF_8))));
        }
        if (command.equals("ps") && !line.json() && status == 0) {
            return console.print(table.text());
        }
        return status;
    }

    private static void show(
            ControlCommandLine line,
            Map<String, @Nullable Object> answer,
            byte[] text,
            PsTable table,
            OutputStream output)
            throws IOException {
        if (line.json()) {
            output.write(text);
            output.write('\n');
            return;
        }
        switch (line.request().command()) {
            case "ps" -> table.add(answer);
            // What services write is in any encoding, so it comes as one character a byte.
            case "logs" -> output.write(RawText.bytes(text(answer, "prefix") + text(answer, "line") + "\n"));
            case "events" ->
                output.write(
                        (text(answer, "time") + " " + text(answer, "service") + ": " + text(answer, "state") + "\n")
                                .getBytes(StandardCharsets.UTF_8));
            default -> output.write((text(answer, "text") + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String text(Map<String, @Nullable Object> answer, String field) {
        return answer.get(field) instanceof String text ? text : "";
    }
}
