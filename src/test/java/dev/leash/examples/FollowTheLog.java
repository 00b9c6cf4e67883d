package dev.leash.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;

/** Reads what a program writes at the caller's own pace, and ends it when enough has been seen. */
public class FollowTheLog {
    public static void main(String[] args) throws Exception {
        Path log = Path.of(args[0]);
        try (var supervisor = Supervisor.create()) {
            // @start region=follow
            Child tail = supervisor.start(
                    Command.of("tail", "-n", "+1", "-f", log.toString()).stdout(Output.pipe()));
            try (var lines = new BufferedReader(new InputStreamReader(tail.stdout(), UTF_8))) {
                lines.lines().limit(3).forEach(System.out::println);
                tail.stop(); // else it would live until its next line, which nobody takes
            }
            // @end
            System.out.println(tail.await().cause());
        }
    }
}
