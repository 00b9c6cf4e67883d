package dev.leash;

import dev.leash.internal.contain.CgroupLimits;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.ProgramSpec.TerminalSize;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.SpawnAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link Command} while it is being built: only here can they be changed. For one thread. */
final class CommandSettings {
    GrowingList<byte[]> arguments = GrowingList.of(List.of());
    Environment environment = Environment.INHERITED;
    Directory directory = new Directory.Inherited();

    /** By descriptor; a descriptor that is missing has the default. The maps are replaced, never changed. */
    Map<Integer, Stdin> inputs = Map.of();

    Map<Integer, Output> outputs = Map.of();

    @Nullable
    TerminalSize terminal;

    ProcessSettings settings = ProcessSettings.NONE;

    /** Null for clean attributes, which each child of the library gets. */
    @Nullable
    SpawnAttributes attributes;

    /** The programs before this one in a pipeline. Only their settings for a program count, not those for a run. */
    List<Command> upstream = List.of();

    long timeoutNanos = Long.MAX_VALUE;
    long idleNanos = Long.MAX_VALUE;
    long outputLimit = Long.MAX_VALUE;
    StopPlan stopPlan = StopPlan.kill();
    boolean hasOwnStopPlan;
    StragglerPolicy stragglers = StragglerPolicy.KILL;
    long drainNanos = RunSpec.DEFAULT_DRAIN_NANOS;
    Containment containment = Containment.GROUP;
    CgroupLimits limits = CgroupLimits.NONE;
    List<Counter> counters = List.of();

    CommandSettings copy() {
        CommandSettings copy = new CommandSettings();
        copy.copyProgram(this);
        copy.upstream = upstream;
        copy.copyRules(this);
        return copy;
    }

    /** Copies the settings for one program. */
    void copyProgram(CommandSettings other) {
        arguments = other.arguments;
        environment = other.environment;
        directory = other.directory;
        inputs = other.inputs;
        outputs = other.outputs;
        terminal = other.terminal;
        settings = other.settings;
        attributes = other.attributes;
    }

    /** Copies the settings for the run as a whole. */
    void copyRules(CommandSettings other) {
        timeoutNanos = other.timeoutNanos;
        idleNanos = other.idleNanos;
        outputLimit = other.outputLimit;
        stopPlan = other.stopPlan;
        hasOwnStopPlan = other.hasOwnStopPlan;
        stragglers = other.stragglers;
        drainNanos = other.drainNanos;
        containment = other.containment;
        limits = other.limits;
        counters = other.counters;
    }

    boolean isSame(CommandSettings other) {
        return isSameProgram(other) && upstream.equals(other.upstream) && hasSameRules(other);
    }

    private boolean isSameProgram(CommandSettings other) {
        return Bytes.areEqual(arguments, other.arguments)
                && environment.equals(other.environment)
                && directory.equals(other.directory)
                && inputs.equals(other.inputs)
                && outputs.equals(other.outputs)
                && Objects.equals(terminal, other.terminal)
                && settings.equals(other.settings)
                && Objects.equals(attributes, other.attributes);
    }

    private boolean hasSameRules(CommandSettings other) {
        return timeoutNanos == other.timeoutNanos
                && idleNanos == other.idleNanos
                && outputLimit == other.outputLimit
                && stopPlan.equals(other.stopPlan)
                && hasOwnStopPlan == other.hasOwnStopPlan
                && stragglers.equals(other.stragglers)
                && drainNanos == other.drainNanos
                && containment == other.containment
                && limits.equals(other.limits)
                && counters.equals(other.counters);
    }

    static <T> Map<Integer, T> without(Map<Integer, T> map, int descriptor) {
        Map<Integer, T> changed = new TreeMap<>(map);
        changed.remove(descriptor);
        return changed;
    }

    static <T> Map<Integer, T> changed(Map<Integer, T> map, int descriptor, T value) {
        Map<Integer, T> changed = new TreeMap<>(map);
        changed.put(descriptor, value);
        return changed;
    }
}
