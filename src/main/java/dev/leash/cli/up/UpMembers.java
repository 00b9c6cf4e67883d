package dev.leash.cli.up;

import dev.leash.Output;
import dev.leash.Service;
import dev.leash.ServiceGroup;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.access.CommandAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The library's services for those of a file. For one thread at a time. */
final class UpMembers {
    private final CommandAccess access = CommandAccess.get();
    private final CallerContext caller;
    private final @Nullable UpScreen screen;
    private final @Nullable LogFeed logs;

    /** By name. Made once for each: a service whose output goes elsewhere would be another one. */
    private final Map<String, UpOutputs> outputs = new HashMap<>();

    /**
     * For services that will run.
     *
     * @param screen where what they write goes
     * @param logs the same
     */
    UpMembers(CallerContext caller, UpScreen screen, LogFeed logs) {
        this.caller = caller;
        this.screen = screen;
        this.logs = logs;
    }

    /** For services that will not run. */
    UpMembers(CallerContext caller) {
        this.caller = caller;
        this.screen = null;
        this.logs = null;
    }

    /** How long the longest name is. */
    static int width(UpPlan plan) {
        return plan.members(System.getenv("PORT")).stream()
                .mapToInt(member -> member.name().length())
                .max()
                .orElse(0);
    }

    /** How many services there are, each replica for itself. */
    static int count(UpPlan plan) {
        return plan.members(System.getenv("PORT")).size();
    }

    /**
     * All services of a plan.
     *
     * @throws UsageException if this machine or this version cannot do what the file asks for
     */
    ServiceGroup of(UpPlan plan) throws UsageException {
        ServiceMaker maker = new ServiceMaker(plan, caller);
        List<Service> services = new ArrayList<>();
        for (UpPlan.Member member : plan.members(System.getenv("PORT"))) {
            UpOutputs into = outputs.computeIfAbsent(
                    member.name(), name -> new UpOutputs(outputs(member), outputs(member), outputs(member)));
            services.add(maker.of(member, into));
        }
        return ServiceGroup.of(services)
                .strategy(ServiceGroup.Strategy.valueOf(plan.file().strategy().name()));
    }

    /** Forgets all others. */
    void keep(Set<String> names) {
        outputs.keySet().retainAll(names);
        if (logs != null) {
            logs.keep(names);
        }
    }

    private UpOutputs.Pair outputs(UpPlan.Member member) {
        return new UpOutputs.Pair(output(member, false), output(member, true));
    }

    private Output output(UpPlan.Member member, boolean error) {
        if (screen == null || logs == null) {
            return Output.capture();
        }
        int colour = member.number() + member.replica() - 1;
        return access.into(new Both(screen.lines(member.name(), colour, error), logs.stream(member.name())));
    }

    /** Two places for the same output. */
    private static final class Both extends OutputStream {
        private final OutputStream first;
        private final OutputStream second;

        Both(OutputStream first, OutputStream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            second.write(bytes, offset, length);
            first.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            second.close();
            first.close();
        }
    }
}
