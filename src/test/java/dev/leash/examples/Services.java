package dev.leash.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceGroup;
import dev.leash.ServiceGroupHandle;
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
        // @start region=group
        ServiceGroup shop = ServiceGroup.of(
                Service.of("migrate", Command.of("./migrate")).restart(RestartPolicy.never()),
                Service.of("db", Command.of("postgres", "-D", "data")).readyWhen(Probe.tcp(5432)),
                Service.of("web", Command.of("./web"))
                        .replicas(3, 8080) // each finds its PORT in its environment
                        .after("db")
                        .afterSuccess("migrate"));
        try (var supervisor = Supervisor.create()) {
            ServiceGroupHandle handle = supervisor.supervise(shop);
            handle.awaitReady(ofSeconds(60));
            handle.rollingRestart(ofSeconds(20));
        }
        // @end
    }
}
