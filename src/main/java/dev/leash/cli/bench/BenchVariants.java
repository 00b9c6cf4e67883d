package dev.leash.cli.bench;

import dev.leash.Command;
import dev.leash.Containment;
import dev.leash.Output;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.bench.Parameter;
import dev.leash.bench.Variant;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.SpawnAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the variants from a command line. For one thread. */
final class BenchVariants {
    private static final StopPlan TERM_THEN_KILL =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(2)).kill();

    private final BenchOptions options;
    private final CallerContext caller;
    private final CallersDescriptors descriptors;
    private final SpawnAttributes signals;

    BenchVariants(BenchOptions options, CallerContext caller, CallersDescriptors descriptors) {
        this.options = options;
        this.caller = caller;
        this.descriptors = descriptors;
        this.signals = caller.signalsOfGroup();
    }

    /** Each command with each combination of parameters. */
    List<Variant> all() throws UsageException {
        List<Variant> all = new ArrayList<>();
        for (int index = 0; index < options.commands().size(); index++) {
            for (Map<String, String> values : Parameter.combinations(options.parameters())) {
                all.add(variant(index, values));
            }
        }
        return all;
    }

    private Variant variant(int index, Map<String, String> values) throws UsageException {
        String line = Parameter.fill(options.commands().get(index), values);
        String name =
                index < options.names().size() ? Parameter.fill(options.names().get(index), values) : line;
        Command command = contained(command(line));
        Duration timeout = options.timeout();
        if (timeout != null) {
            command = command.timeout(timeout);
        }
        Map<String, String> shown = new LinkedHashMap<>();
        values.forEach((variable, value) -> shown.put(RawText.text(variable), RawText.text(value)));
        Variant variant = Variant.of(RawText.text(name), command).parameters(shown);
        String setup = options.setup();
        variant = setup == null ? variant : variant.setup(command(Parameter.fill(setup, values)));
        String prepare = of(options.prepare(), index);
        variant = prepare == null ? variant : variant.prepare(command(Parameter.fill(prepare, values)));
        String conclude = of(options.conclude(), index);
        variant = conclude == null ? variant : variant.conclude(command(Parameter.fill(conclude, values)));
        String cleanup = options.cleanup();
        return cleanup == null ? variant : variant.cleanup(command(Parameter.fill(cleanup, values)));
    }

    private static @Nullable String of(List<String> lines, int index) {
        return lines.isEmpty() ? null : lines.size() == 1 ? lines.getFirst() : lines.get(index);
    }

    /** A program that does nothing, started in the same way as the others. */
    Command noop() throws UsageException {
        return contained(command(options.shell() ? ":" : "true"));
    }

    private Command contained(Command command) {
        Containment containment = options.containment();
        return containment == null ? command : command.containment(containment);
    }

    private Command command(String line) throws UsageException {
        List<String> words = options.shell() ? List.of("/bin/sh", "-c", line) : CommandWords.of(line);
        Command command = caller.given(
                        Command.ofBytes(RawText.bytes(words)), caller.environmentWith(List.of()), signals)
                .stopPlan(TERM_THEN_KILL)
                .stdin(Stdin.empty());
        command = descriptors.inDirectory(command);
        return options.showOutput()
                ? command.stdout(descriptors.output()).stderr(descriptors.error())
                : command.stdout(Output.discard()).stderr(Output.discard());
    }
}
