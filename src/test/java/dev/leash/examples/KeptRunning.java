package dev.leash.examples;

import dev.leash.Command;
import dev.leash.LogFile;
import dev.leash.Probe;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.Supervisor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

public class KeptRunning {
    public static void main(String[] args) throws Exception {
        // @start region=web
        Service web = Service.of("web", Command.of("./web", "--port", "8080"))
                .readyWhen(Probe.tcp(8080))
                .liveness(Probe.http(URI.create("http://localhost:8080/health")))
                .restart(RestartPolicy.always().atMost(5, Duration.ofMinutes(1)))
                .log(LogFile.of(Path.of("web.log")));
        try (var supervisor = Supervisor.create()) {
            ServiceHandle handle = supervisor.supervise(web);
            handle.awaitReady(Duration.ofSeconds(20)); // throws, with the last output, if it fails for good
            System.out.println(handle.end().join());
        } // whatever still runs is stopped, with all that it has started
        // @end
    }
}
