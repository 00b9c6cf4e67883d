package dev.leash.cli.bench;

import dev.leash.Supervisor;
import dev.leash.bench.Bench;
import dev.leash.bench.BenchException;
import dev.leash.bench.BenchReport;
import dev.leash.bench.Metric;
import dev.leash.bench.Variant;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.OwnDeath;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.Takeover;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.SocketActivation;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.ThreadTuning;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code leash bench}. */
public final class BenchCommand {
    /** The exit status if a command is slower than allowed. */
    static final int SLOWER = 2;

    private static final int USUAL_COLUMNS = 80;

    private final BenchOptions options;
    private final Console console;
    private final CallState state = CallState.create();
    private final Thread measuring = Thread.currentThread();
    private volatile int signal;

    /** Whether there is anything to clean up. */
    private volatile boolean begun;

    private BenchCommand(BenchOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    public static int main(List<String> arguments, Console console) throws Exception {
        BenchOptions options = BenchCommandLine.parse(arguments);
        if (options == null) {
            return console.print(BenchHelp.TEXT);
        }
        return new BenchCommand(options, console).run();
    }

    private int run() throws Exception {
        CallerContext caller = CallerContext.find().without(SocketActivation.VARIABLES);
        CallersDescriptors descriptors = new CallersDescriptors(state, caller);
        // Before anything else is done, because a command that makes no sense is an error of the command line.
        BenchVariants making = new BenchVariants(options, caller, descriptors);
        List<Variant> unmoved = making.all();
        String compare = options.compare();
        StoredBench stored = compare == null ? null : StoredBench.read(state, compare);
        BenchVerdict verdict = new BenchVerdict(options, unmoved, stored);
        // This thread waits for each run: to be told of its end by another would be a part of what is measured.
        Supervisor supervisor =
                Takeover.of(state, caller, descriptors, console, 1, PassableSignals.ENDING, this::signalled);
        tuneThread();
        BenchExports exports = BenchExports.open(state, options);
        begun = true;
        descriptors.closeOthers();

        // With --show-output they have descriptors, which have been moved.
        List<Variant> variants = options.showOutput() ? making.all() : unmoved;
        Bench bench = Bench.of(variants)
                .warmup(options.warmup())
                .runs(options.minRuns(), options.maxRuns())
                .minTime(options.minTime())
                .metrics(options.metrics().toArray(Metric[]::new))
                .ignoreFailures(options.ignoreFailure())
                .noop(making.noop());
        Long seed = options.seed();
        bench = seed == null ? bench : bench.seed(seed);
        int columns = columns(descriptors.stderr());
        boolean bar = columns > 0 && !options.showOutput() && !"dumb".equals(System.getenv("TERM"));
        BenchLine line = new BenchLine(console, columns);
        try {
            return report(
                    bar ? bench.listener(line) : bench,
                    supervisor,
                    line,
                    exports,
                    verdict,
                    columns(descriptors.stdout()));
        } finally {
            supervisor.close();
            exports.close();
            if (signal != 0) {
                // So that a shell that runs leash in a loop also ends at Ctrl-C.
                boolean ignored = OwnDeath.by(state, signal);
            }
        }
    }

    /** The programs run on the same processors as the thread that starts them: none has to be held and moved. */
    private void tuneThread() throws UsageException {
        int[] cpus = options.pin();
        int refused = cpus.length == 0 ? 0 : ProcessControls.setAffinity(state, 0, cpus);
        if (refused < 0) {
            throw new UsageException("--pin: there is no such processor for leash: " + Errno.named(-refused));
        }
        ThreadTuning.longSlices(state);
    }

    private int report(
            Bench bench, Supervisor supervisor, BenchLine line, BenchExports exports, BenchVerdict verdict, int columns)
            throws Exception {
        try {
            BenchReport report = bench.run(supervisor);
            line.erase();
            try {
                exports.write(report);
            } finally {
                int ignored = console.print(BenchTable.of(report, columns, options.shell()) + verdict.of(report));
            }
            return verdict.status();
        } catch (BenchException e) {
            line.erase();
            String hint = e.result().isPresent() && !options.showOutput() ? "; --show-output shows what it writes" : "";
            console.complain("leash: " + RawText.of((e.getMessage() + hint).getBytes(StandardCharsets.UTF_8)));
            return signal == 0 ? 1 : ExitCodes.SIGNALED + signal;
        } catch (InterruptedException e) {
            line.erase();
            console.complain("leash: the bench was ended by a signal");
            return ExitCodes.SIGNALED + signal;
        }
    }

    /** On the loop's thread. The first one ends the run, the second one what concludes it, and so on. */
    private void signalled(int number) {
        if (!SignalSet.contains(PassableSignals.ENDING, number)) {
            return;
        }
        if (!begun) {
            // A FIFO waits to be opened for reading as well, and no interrupt ends that.
            boolean ignored = OwnDeath.by(CallState.create(), number);
        }
        if (signal == 0) {
            signal = number;
        }
        measuring.interrupt();
    }

    /** How wide a terminal is; -1 if it is none. */
    private int columns(int fd) {
        int size = fd < 0 ? -1 : PseudoTerminal.size(state, fd);
        int columns = size < 0 ? -1 : size >>> 16;
        return columns == 0 ? USUAL_COLUMNS : columns;
    }
}
