package dev.leash;

import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;

/** What a command says, for tests outside of this package: nothing of it is public. */
public final class SpecOf {
    private SpecOf() {}

    public static RunSpec run(Command command) {
        try {
            return RunSpecs.of(command);
        } catch (SpawnException e) {
            throw new AssertionError(e);
        }
    }

    /** Its only program. */
    public static ProgramSpec program(Command command) {
        return run(command).stages().getFirst();
    }
}
