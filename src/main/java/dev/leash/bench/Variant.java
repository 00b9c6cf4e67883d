package dev.leash.bench;

import dev.leash.Command;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the commands that are compared, with what is done around its runs. The command's own settings hold: timeout, stop
 * plan, containment, limits, directory, and where its output goes. Output that is captured is thrown away after each run,
 * and to read it costs time: {@link dev.leash.Output#discard()} measures best. Immutable.
 */
public final class Variant {
    private final String name;
    private final Command command;
    private final Map<String, String> parameters;
    private final @Nullable Command setup;
    private final @Nullable Command prepare;
    private final @Nullable Command conclude;
    private final @Nullable Command cleanup;

    private Variant(
            String name,
            Command command,
            Map<String, String> parameters,
            @Nullable Command setup,
            @Nullable Command prepare,
            @Nullable Command conclude,
            @Nullable Command cleanup) {
        this.name = Objects.requireNonNull(name, "name");
        this.command = Objects.requireNonNull(command, "command");
        this.parameters = parameters;
        this.setup = setup;
        this.prepare = prepare;
        this.conclude = conclude;
        this.cleanup = cleanup;
    }

    /** A command, by the name that the report has for it. */
    public static Variant of(String name, Command command) {
        return new Variant(name, command, Map.of(), null, null, null, null);
    }

    /** A command that is its own name. */
    public static Variant of(Command command) {
        return of(command.toString(), command);
    }

    /** With the values of parameters that it stands for; the report has them. */
    public Variant parameters(Map<String, String> values) {
        // A copy that keeps the order, which Map.copyOf does not.
        Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        return new Variant(name, command, copy, setup, prepare, conclude, cleanup);
    }

    /** Runs {@code setup} once, before the first run of any variant. */
    public Variant setup(Command command) {
        return new Variant(name, this.command, parameters, command, prepare, conclude, cleanup);
    }

    /** Runs {@code prepare} before each run, which it is no part of. */
    public Variant prepare(Command command) {
        return new Variant(name, this.command, parameters, setup, command, conclude, cleanup);
    }

    /** Runs {@code conclude} after each run, also after one that has failed or was ended. */
    public Variant conclude(Command command) {
        return new Variant(name, this.command, parameters, setup, prepare, command, cleanup);
    }

    /** Runs {@code cleanup} once, after the last run of all variants, also if the bench was ended early. */
    public Variant cleanup(Command command) {
        return new Variant(name, this.command, parameters, setup, prepare, conclude, command);
    }

    /** Its name in the report. */
    public String name() {
        return name;
    }

    /** What is run. */
    public Command command() {
        return command;
    }

    /** The values of its parameters, by their names. Unmodifiable; empty if there are none. */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** What is run around it at {@code stage}, if anything; empty for the run itself. */
    public Optional<Command> around(Stage stage) {
        return Optional.ofNullable(
                switch (stage) {
                    case SETUP -> setup;
                    case PREPARE -> prepare;
                    case CONCLUDE -> conclude;
                    case CLEANUP -> cleanup;
                    case WARMUP, RUN -> null;
                });
    }

    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
