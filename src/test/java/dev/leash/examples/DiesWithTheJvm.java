package dev.leash.examples;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Supervisor;

/** A service beside the application: it must not outlive it, even if that is killed with SIGKILL. */
public class DiesWithTheJvm {
    public static void main(String[] args) throws Exception {
        // @start region=service
        Supervisor supervisor = Supervisor.create(); // open as long as the application runs
        Child service = supervisor.start(Command.of("sleep", "600").stdout(Output.inherit()));
        // @end
        System.out.println("started " + service.pid());
        service.await();
    }
}
