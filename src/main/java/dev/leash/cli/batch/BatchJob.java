package dev.leash.cli.batch;

import dev.leash.Command;
import dev.leash.cli.io.RawText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job of a batch.
 *
 * @param line its line number, from 1
 * @param digest of the line's bytes, by which a job log recognizes the job
 * @param arguments {@link RawText}
 * @param environment assignments, each {@code NAME=VALUE}, or {@code NAME} to remove a variable; {@link RawText}
 * @param directory {@link RawText}, or null for the caller's
 * @param timeoutNanos 0 if the job has none of its own
 */
record BatchJob(
        long line,
        long digest,
        List<String> arguments,
        List<String> environment,
        @Nullable String directory,
        long timeoutNanos,
        byte[] stdin) {
    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    static BatchJob shell(long line, long digest, byte[] text) {
        List<String> arguments = List.of(SHELL.get(0), SHELL.get(1), RawText.of(text));
        return new BatchJob(line, digest, arguments, List.of(), null, 0, new byte[0]);
    }

    /**
     * Text for messages: the line for the shell, or the arguments quoted for one, with control characters as
     * {@code ?}.
     */
    String label() {
        if (arguments.size() == 3 && arguments.subList(0, 2).equals(SHELL)) {
            return withoutControls(new String(RawText.bytes(arguments.get(2)), StandardCharsets.UTF_8));
        }
        return withoutControls(Command.ofBytes(RawText.bytes(arguments)).toString());
    }

    /** A terminal acts on control characters and reorders text around those for right-to-left text. */
    private static String withoutControls(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            shown.appendCodePoint(
                    (type == Character.CONTROL && c != '\t') || type == Character.FORMAT || type == Character.SURROGATE
                            ? '?'
                            : c);
        });
        return shown.toString();
    }
}
