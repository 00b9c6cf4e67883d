package dev.leash.examples;

import static java.time.Duration.ofSeconds;

import dev.leash.Command;
import dev.leash.LogFile;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Service;
import dev.leash.ServiceGroup;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import java.nio.file.Path;

public class FromSupervisord {
    public static void main(String[] args) throws Exception {
        // @start region=group
        var migrate = Service.of("migrate", Command.of("./migrate")).restart(RestartPolicy.never());
        var web = Service.of("web", Command.shell("exec ./web --port $PORT").env("APP_ENV", "production"))
                .restart(RestartPolicy.always())
                .readyWhen(Readiness.afterUptime(ofSeconds(1)))
                .log(LogFile.of(Path.of("web.log")).maxSize(50 << 20).keep(5))
                .replicas(2, 8000)
                .afterSuccess("migrate");
        var quit = StopPlan.signal(Signal.QUIT).then(ofSeconds(60)).kill();
        var worker = Service.of("worker", Command.of("./worker").stopPlan(quit)).afterSuccess("migrate");
        var group = Supervisor.shared().supervise(ServiceGroup.of(migrate, web, worker));
        // @end
        group.end().join();
    }
}
