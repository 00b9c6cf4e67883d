package dev.leash.forked;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Stdin;
import dev.leash.Supervisor;

/** Starts and kills programs until it is killed, after five of them says "ready": MARKER CONTAINMENT PIPE. */
public final class StartsAllTheTime {
    private StartsAllTheTime() {}

    public static void main(String[] args) throws Exception {
        Supervisor supervisor = Supervisor.builder().shutdownHook(false).create();
        Command command = command(args[2]).env("LEASH_TEST_MARKER", args[0]).containment(Containment.valueOf(args[1]));
        for (int round = 0; ; round++) {
            if (round == 5) {
                System.out.println("ready");
            }
            Child child = supervisor.start(
                    args[2].equals("pipeline")
                            ? command.pipeTo(Command.of("sleep", "600").env("LEASH_TEST_MARKER", args[0]))
                            : command);
            child.kill();
            child.await();
        }
    }

    /** With the pipe that is meant, and no other. */
    private static Command command(String pipe) {
        // The shell exits before its child: what it leaves is of its group.
        Command leaves = Command.shell("sleep 600 & exit 0").stderr(Output.discard());
        return switch (pipe) {
            case "stdout" -> leaves;
            case "none" -> leaves.stdout(Output.discard());
            case "stdin" ->
                Command.of("sleep", "600")
                        .stdin(Stdin.pipe())
                        .stdout(Output.discard())
                        .stderr(Output.discard());
            case "pipeline" -> Command.of("sleep", "600").stderr(Output.discard());
            default -> throw new IllegalArgumentException(pipe);
        };
    }
}
