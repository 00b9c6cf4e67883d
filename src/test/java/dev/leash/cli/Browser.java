package dev.leash.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.Cause;
import dev.leash.Command;
import dev.leash.Result;
import dev.leash.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** Chromium without a window, if this machine has it. */
final class Browser {
    private Browser() {}

    /**
     * What the browser has made of a page, after {@code script} has run at its end.
     *
     * @param temp a directory for what the browser needs
     */
    static String show(Path page, String script, Path temp) throws Exception {
        String browser = executable();
        Path driven = temp.resolve("driven.html");
        String text = Files.readString(page);
        int end = text.lastIndexOf("</script>");
        Files.writeString(driven, text.substring(0, end) + "{" + script + "}" + text.substring(end));
        try (Supervisor supervisor = Supervisor.create()) {
            Result result = supervisor.run(Command.of(
                            browser,
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--window-size=1300,900",
                            "--user-data-dir=" + temp.resolve("profile"),
                            "--dump-dom",
                            driven.toUri().toString())
                    .timeout(Duration.ofSeconds(60)));
            assertEquals(Cause.EXITED, result.cause(), () -> result + result.stderr());
            return result.stdout();
        }
    }

    private static String executable() {
        Optional<String> found = List.of("chromium", "chromium-browser", "google-chrome").stream()
                .flatMap(name ->
                        List.of(System.getenv("PATH").split(":")).stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        if (found.isEmpty()) {
            throw new TestAbortedException("there is no Chromium on the PATH");
        }
        return found.get();
    }
}
