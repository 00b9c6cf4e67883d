package dev.leash.cli;

import dev.leash.internal.contain.Census;
import dev.leash.internal.contain.Containment;
import java.io.IOException;

/** Says what is sent, if that is wanted, and leaves to {@link Containment} below it who is to be continued. */
final class TimeoutContainment implements Containment {
    private static final int SIGCONT = 18;

    private final Containment signalled;
    private final TimeoutOptions options;
    private final Console console;

    TimeoutContainment(Containment signalled, TimeoutOptions options, Console console) {
        this.signalled = signalled;
        this.options = options;
        this.console = console;
    }

    @Override
    public int signal(int signal) {
        // The run sends CONT after each signal of its own accord; here it is sent with the signal, or not at all.
        if (signal == SIGCONT && options.signal() != SIGCONT) {
            return 0;
        }
        if (options.verbose()) {
            console.complain("timeout: sending signal " + TimeoutSignal.name(signal) + " to command "
                    + LocaleQuote.quote(options.command().getFirst()));
        }
        return signalled.signal(signal);
    }

    @Override
    public boolean needsZombieLeader() {
        return signalled.needsZombieLeader();
    }

    @Override
    public boolean provenEmpty() {
        return signalled.provenEmpty();
    }

    @Override
    public boolean reachesAll() {
        return signalled.reachesAll();
    }

    @Override
    public Census census(boolean freeze) throws IOException {
        return signalled.census(freeze);
    }
}
