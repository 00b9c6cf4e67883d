package dev.leash.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceHandle;
import dev.leash.Supervisor;

public class Services {
    public static void main(String[] args) throws Exception {
        // @start region=service
        Service web = Service.of("web", Command.of("python3", "-u", "-m", "http.server", "8345"))
                .restart(RestartPolicy.always()
                        .backoff(ofMillis(200), ofSeconds(10))
                        .atMost(5, ofMinutes(1)))
                .readyWhen(Readiness.line("Serving HTTP"))
                .startTimeout(ofSeconds(20))
                .liveness(Probe.tcp(8345).interval(ofSeconds(5)));
        // @end
        // @start region=supervise
        try (var supervisor = Supervisor.create()) {
            ServiceHandle handle = supervisor.supervise(web);
            handle.awaitReady(ofSeconds(20));
            System.out.println(handle); // web: ready
        } // and it is stopped, with all that it has started
        // @end
    }
}
