package dev.leash.cli.up;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.LogFile;
import dev.leash.Output;
import dev.leash.Probe;
import dev.leash.Readiness;
import dev.leash.RestartPolicy;
import dev.leash.Rlimit;
import dev.leash.Service;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.SpawnAttributes;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the library's services of those of a file. */
final class ServiceMaker {
    private final CommandAccess access = CommandAccess.get();
    private final UpPlan plan;
    private final CallerContext caller;
    private final SpawnAttributes signals;

    ServiceMaker(UpPlan plan, CallerContext caller) {
        this.plan = plan;
        this.caller = caller;
        this.signals = caller.signalsOfGroup();
    }

    /** @throws UsageException if this machine or this version cannot do what the file asks for */
    Service of(UpPlan.Member member, UpOutputs outputs) throws UsageException {
        UpService of = member.service();
        Command command = limited(into(outputs.own(), command(member, of.command())), of);
        StopPlan stop = of.stop();
        if (stop != null) {
            command = command.stopPlan(stop);
        }
        Service service = Service.of(member.name(), command)
                .restart(restart(of.restart()))
                .after(plan.replicas(of.after()))
                .afterSuccess(plan.replicas(of.afterSuccess()));
        service = watched(service, member);
        UpService.LogRule log = of.log();
        if (log != null) {
            service = service.log(log(log, of.name()));
        }
        if (of.stopCommand() != null) {
            service = service.stopCommand(into(outputs.stop(), command(member, of.stopCommand())));
        }
        UpService.ReloadRule reload = of.reload();
        if (reload != null && reload.command() != null) {
            service = service.reload(into(outputs.reload(), command(member, reload.command())));
        } else if (reload != null && reload.signal() != null) {
            service = service.reload(reload.signal());
        }
        return of.essential() ? service.essential() : service;
    }

    private static Command into(UpOutputs.Pair outputs, Command command) {
        return command.stdout(outputs.stdout()).stderr(outputs.stderr());
    }

    private Service watched(Service service, UpPlan.Member member) throws UsageException {
        UpService of = member.service();
        Service watched = service;
        if (of.ready() != null) {
            watched = watched.readyWhen(readiness(of.ready(), member));
        }
        if (of.startTimeoutNanos() > 0) {
            watched = watched.startTimeout(Duration.ofNanos(of.startTimeoutNanos()));
        }
        ProbeRule liveness = of.liveness();
        if (liveness != null) {
            watched = watched.liveness(probe(liveness, member));
        }
        if (of.watchdogNanos() > 0) {
            watched = watched.watchdog(Duration.ofNanos(of.watchdogNanos()));
        }
        return watched;
    }

    /** Any command of a service: its own, or one that is run for it. */
    private Command command(UpPlan.Member member, List<String> arguments) {
        UpService of = member.service();
        List<String> variables = new ArrayList<>();
        add(plan.file().environment(), variables);
        if (member.port() > 0) {
            variables.add("PORT=" + member.port());
        }
        variables.add("PS=" + of.name() + "." + member.replica()); // foreman's
        variables.add("LEASH_REPLICA=" + member.replica());
        add(of.environment(), variables);
        Command command = caller.given(
                        Command.ofBytes(RawText.bytes(arguments)), caller.environmentWith(variables), signals)
                .stdin(Stdin.empty())
                .stdout(Output.discard())
                .stderr(Output.discard());
        String directory =
                of.directory() == null ? plan.file().directory() : plan.file().resolve(of.directory());
        if (!directory.isEmpty()) {
            return command.directory(RawText.bytes(directory));
        }
        return caller.deletedDirectory() < 0 ? command : access.directory(command, caller.deletedDirectory());
    }

    private static void add(Map<String, String> from, List<String> variables) {
        from.forEach((name, value) -> variables.add(name + "=" + value));
    }

    private static Command limited(Command command, UpService of) {
        UpService.LimitRule limits = of.limits();
        Command limited = command;
        if (limits.memoryBytes() > 0) {
            limited = limited.memoryLimit(limits.memoryBytes());
        }
        if (limits.pids() > 0) {
            limited = limited.pidsLimit(limits.pids());
        }
        if (limits.cpu() > 0) {
            limited = limited.cpuLimit(limits.cpu());
        }
        boolean inCgroup = !limited.equals(command);
        if (limits.nofile() > 0) {
            limited = limited.rlimit(Rlimit.NOFILE, limits.nofile());
        }
        if (limits.nice() != null) {
            limited = limited.nice(limits.nice());
        }
        return switch (limits.containment()) {
            case null -> limited;
            case "group" -> limited.containment(Containment.GROUP);
            case "tree" -> limited.containment(Containment.TREE);
            case "strongest" -> limited.containment(inCgroup ? Containment.CGROUP : Containment.strongest());
            default -> limited.containment(Containment.CGROUP);
        };
    }

    private static RestartPolicy restart(RestartRule rule) {
        RestartPolicy policy =
                switch (rule.when()) {
                    case ALWAYS -> RestartPolicy.always();
                    case ON_FAILURE -> RestartPolicy.onFailure();
                    case NEVER -> RestartPolicy.never();
                };
        if (rule.initialNanos() != null || rule.longestNanos() != null) {
            policy = policy.backoff(
                    Duration.ofNanos(orUsual(rule.initialNanos(), RestartRule.USUAL_INITIAL_NANOS)),
                    Duration.ofNanos(orUsual(rule.longestNanos(), RestartRule.USUAL_LONGEST_NANOS)));
        }
        if (rule.factor() != null) {
            policy = policy.factor(rule.factor());
        }
        if (rule.jitter() != null) {
            policy = policy.jitter(rule.jitter());
        }
        if (rule.steadyNanos() != null) {
            policy = policy.steadyAfter(Duration.ofNanos(rule.steadyNanos()));
        }
        Integer most = rule.most();
        if (most != null && most == RestartRule.UNLIMITED) {
            policy = policy.withoutLimit();
        } else if (most != null || rule.withinNanos() != null) {
            policy = policy.atMost(
                    most == null ? RestartRule.USUAL_RESTARTS : most,
                    Duration.ofNanos(orUsual(rule.withinNanos(), RestartRule.USUAL_WINDOW_NANOS)));
        }
        if (rule.codes() != null) {
            policy = policy.successCodes(
                    rule.codes().stream().mapToInt(code -> code).toArray());
        }
        return rule.signals() == null
                ? policy
                : policy.successSignals(rule.signals().toArray(new Signal[0]));
    }

    private static long orUsual(@Nullable Long nanos, long usual) {
        return nanos == null ? usual : nanos;
    }

    private Readiness readiness(ReadyRule rule, UpPlan.Member member) throws UsageException {
        return switch (rule) {
            case ReadyRule.Immediately now -> Readiness.immediately();
            case ReadyRule.Uptime uptime -> Readiness.afterUptime(Duration.ofNanos(uptime.nanos()));
            case ReadyRule.Line line -> Readiness.line(line.regex());
            case ReadyRule.Probed probed -> Readiness.probe(probe(probed.probe(), member));
            case ReadyRule.Notify notify -> Readiness.notification();
        };
    }

    private Probe probe(ProbeRule rule, UpPlan.Member member) throws UsageException {
        Probe probe =
                switch (rule.question()) {
                    case ProbeRule.Tcp tcp -> {
                        int port = Integer.parseInt(withPort(tcp.port(), member));
                        yield tcp.host().isEmpty() ? Probe.tcp(port) : Probe.tcp(tcp.host(), port);
                    }
                    case ProbeRule.Unix unix -> Probe.unixSocket(path(unix.path(), member));
                    case ProbeRule.Http http -> {
                        URI uri = URI.create(withPort(http.url(), member));
                        yield http.status() == 0 ? Probe.http(uri) : Probe.http(uri, http.status());
                    }
                    case ProbeRule.Program program -> Probe.command(command(member, program.command()));
                };
        if (rule.intervalNanos() > 0) {
            probe = probe.interval(Duration.ofNanos(rule.intervalNanos()));
        }
        if (rule.timeoutNanos() > 0) {
            probe = probe.timeout(Duration.ofNanos(rule.timeoutNanos()));
        }
        return rule.failures() > 0 ? probe.failures(rule.failures()) : probe;
    }

    /** A service may be told another port than the one that it is given. */
    private String withPort(String text, UpPlan.Member member) throws UsageException {
        if (!text.contains(ProbeRule.OWN_PORT)) {
            return text;
        }
        String port = member.service().environment().getOrDefault("PORT", Integer.toString(member.port()));
        if (!port.matches("[1-9][0-9]{0,4}")) {
            throw new UsageException("service " + member.service().name() + ": its PORT is no port: " + port);
        }
        return text.replace(ProbeRule.OWN_PORT, port);
    }

    private LogFile log(UpService.LogRule rule, String service) throws UsageException {
        LogFile log = LogFile.of(path(rule.file(), service));
        if (rule.maxBytes() > 0) {
            log = log.maxSize(rule.maxBytes());
        }
        if (rule.keep() > 0) {
            log = log.keep(rule.keep());
        }
        return rule.maxAgeNanos() > 0 ? log.maxAge(Duration.ofNanos(rule.maxAgeNanos())) : log;
    }

    private Path path(String raw, UpPlan.Member member) throws UsageException {
        return path(raw, member.service().name());
    }

    private Path path(String raw, String service) throws UsageException {
        String text = RawText.text(plan.file().resolve(raw));
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("service " + service + ": in this locale there is no path "
                    + RawText.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + "; try LC_ALL=C.UTF-8");
        }
    }
}
