package dev.leash.cli.timeout;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;

import dev.leash.cli.io.Console;
import dev.leash.cli.io.LocaleQuote;
import dev.leash.internal.contain.MemberSnapshot;
import dev.leash.internal.contain.ProcessSet;
import dev.leash.internal.sys.CallState;
import java.io.IOException;

/** Reports each signal if --verbose asks for it. The {@link ProcessSet} below decides which processes get CONT. */
final class TimeoutProcessSet implements ProcessSet {

    private final ProcessSet signalled;
    private final TimeoutOptions options;
    private final Console console;

    TimeoutProcessSet(ProcessSet signalled, TimeoutOptions options, Console console) {
        this.signalled = signalled;
        this.options = options;
        this.console = console;
    }

    @Override
    public int signal(CallState state, int signal) {
        // The run sends CONT after each signal; here it is sent together with the signal, or not at all.
        if (signal == SIGCONT && options.signal() != SIGCONT) {
            return 0;
        }
        if (options.verbose()) {
            console.complain("timeout: sending signal " + TimeoutSignal.name(signal) + " to command "
                    + LocaleQuote.quote(options.command().getFirst()));
        }
        return signalled.signal(state, signal);
    }

    @Override
    public boolean needsZombieLeader() {
        return signalled.needsZombieLeader();
    }

    @Override
    public boolean provenEmpty(CallState state) {
        return signalled.provenEmpty(state);
    }

    @Override
    public boolean reachesAll() {
        return signalled.reachesAll();
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        return signalled.snapshot(state, freeze);
    }
}
