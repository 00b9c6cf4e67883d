package dev.leash.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Signal;
import dev.leash.Supervisor;
import java.io.BufferedReader;
import java.io.InputStreamReader;

/** Talks to a program by signals. */
public class Signals {
    public static void main(String[] args) throws Exception {
        try (var supervisor = Supervisor.create()) {
            // @start region=signal
            Child server =
                    supervisor.start(Command.shell("trap 'echo reloaded' HUP; echo ready; while :; do sleep 0.1; done")
                            .stdout(Output.pipe()));
            var lines = new BufferedReader(new InputStreamReader(server.stdout(), UTF_8));
            System.out.println(lines.readLine()); // ready
            server.signal(Signal.HUP);
            System.out.println(lines.readLine()); // reloaded
            server.signal(Signal.parse("SIGTERM"));
            System.out.println(server.await()); // … ended by SIGTERM
            // @end
        }
    }
}
