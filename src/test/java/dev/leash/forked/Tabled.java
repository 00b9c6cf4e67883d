package dev.leash.forked;

import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;
import dev.leash.support.ProcScan;
import java.io.IOException;

/** Children of a JVM whose guardian needs room for them: MARKER COUNT. Says with its exit code why there are none. */
public final class Tabled {
    /** There is no guardian, and the message says which limit does not allow it. */
    public static final int REFUSED = 7;

    private Tabled() {}

    @SuppressWarnings("resource") // left to the guardian, on purpose
    public static void main(String[] args) throws Exception {
        Supervisor supervisor;
        try {
            supervisor = Supervisor.create();
        } catch (IOException e) {
            boolean told = String.valueOf(e.getMessage()).contains("ulimit -f");
            Runtime.getRuntime().halt(told ? REFUSED : 1);
            return;
        }
        for (int left = Integer.parseInt(args[1]); left > 0; left--) {
            supervisor.start(Command.of("sleep", "600")
                    .env(ProcScan.MARKER_VARIABLE, args[0])
                    .stdout(Output.discard())
                    .stderr(Output.discard()));
        }
        System.out.println("ready");
        Thread.sleep(300_000);
    }
}
