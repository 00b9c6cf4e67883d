package dev.leash.cli.batch;

import dev.leash.Supervisor;
import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.caller.CallersDescriptors;
import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.caller.CallersPath;
import dev.leash.cli.caller.OwnDeath;
import dev.leash.cli.caller.PassableSignals;
import dev.leash.cli.caller.Takeover;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.cli.run.ForegroundJob;
import dev.leash.cli.run.SocketActivation;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SystemCallException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code leash batch}. */
public final class BatchCommand {
    private static final int USUAL_COLUMNS = 80;
    private static final int STDIN = 0;
    private static final String JOBS = "the file of jobs";

    private final BatchOptions options;
    private final Console console;
    private final CallState state = CallState.create();
    private volatile @Nullable BatchRunner runner;

    private BatchCommand(BatchOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    public static int main(List<String> arguments, Console console) throws Exception {
        BatchOptions options = BatchCommandLine.parse(arguments);
        if (options == null) {
            return console.print(BatchHelp.TEXT);
        }
        return new BatchCommand(options, console).run();
    }

    private int run() throws Exception {
        CallerContext caller = CallerContext.find();
        CallersDescriptors descriptors = new CallersDescriptors(state, caller);
        // With a guardian: a job that outlived a killed leash would run twice at the same time after a --resume.
        Supervisor supervisor =
                Takeover.of(state, caller, descriptors, console, 0, PassableSignals.HANDLED_AS_WRITER, this::signalled);

        String log = options.jobLog();
        JobLog jobLog = log == null ? null : JobLog.open(state, log, options.resume());
        Path source = options.fromStdin() ? null : source();
        long total = source == null ? -1 : count(source, jobLog);
        JobLines jobs = new JobLines(
                source == null ? new FileInputStream(FileDescriptor.in) : new FileInputStream(source.toString()));
        String report = options.report();
        if (report != null) {
            requireOfItsOwn(report, JOBS, source == null ? CallersFile.opened(STDIN) : source);
            if (jobLog != null) {
                requireOfItsOwn(report, "the job log", jobLog.path());
            }
        }
        BatchPage page = report == null ? null : BatchPage.open(state, report);

        descriptors.closeOthers();

        BatchScreen screen = new BatchScreen(console, options.parallelism());
        String loss = jobLog == null ? null : jobLog.loss();
        if (loss != null) {
            screen.say(RawText.text(loss));
        }
        BatchAccount account =
                new BatchAccount(options, screen, jobLog, page, progress(screen, total, descriptors.stderr()), total);
        BatchRunner batch = new BatchRunner(
                options,
                supervisor,
                caller.without(SocketActivation.VARIABLES),
                screen,
                new JobReader(jobs, jobLog, options.parallelism()),
                account);
        runner = batch;
        batch.run();
        int status;
        try {
            status = account.close(batch);
        } finally {
            supervisor.close();
        }
        if (batch.signal() != 0) {
            // So that a shell that runs leash in a loop also ends at Ctrl-C.
            boolean ignored = OwnDeath.by(state, batch.signal());
        }
        return status;
    }

    private void signalled(int signal) {
        BatchRunner batch = runner;
        if (signal == ForegroundJob.SIGCHLD) {
            return;
        }
        if (SignalSet.contains(PassableSignals.FOR_THE_PROGRAMS, signal)) {
            if (batch != null) {
                batch.passOn(signal);
            }
        } else if (batch == null) {
            // No job runs yet.
            Runtime.getRuntime().halt(ExitCodes.SIGNALED + signal);
        } else {
            batch.signalled(signal);
        }
    }

    /**
     * A path that opens the file again, whatever its name is; null if the file can be read only once, from descriptor
     * 0.
     */
    private @Nullable Path source() throws IOException {
        int fd = CallersFile.open(state, options.source(), OpenFlags.READ, JOBS);
        Path again = CallersFile.opened(fd);
        if (Files.isDirectory(again)) {
            throw new IOException("cannot read " + JOBS + " " + RawText.text(options.source()) + ": it is a directory");
        }
        if (Files.isRegularFile(again) && CallersPath.descriptor(options.source()) < 0) {
            return again;
        }
        // The writer of a FIFO may have closed it by now: to open it again would wait for another writer.
        Descriptors.close(state, STDIN);
        SystemCallException.check("dup", Descriptors.duplicate(state, fd, STDIN));
        return null;
    }

    /** The report replaces the content of its file, which must not be one that this batch reads or writes. */
    private void requireOfItsOwn(String report, String what, Path other) throws IOException, UsageException {
        // Opened for reading, without waiting and without creating it. A file that may not be read is none of them,
        // because this batch can read both.
        int fd = Descriptors.openAtOnce(state, RawText.bytes(report), OpenFlags.READ);
        if (fd < 0) {
            return;
        }
        try {
            if (CallersFile.isOne(CallersFile.opened(fd), other)) {
                throw new UsageException("the report '" + report + "' would replace " + what + ": it is the same file");
            }
        } finally {
            Descriptors.close(state, fd);
        }
    }

    /** Counts the jobs to run, so that a line that is no job is found before any job runs. */
    private long count(Path source, @Nullable JobLog log) throws IOException, UsageException {
        long count = 0;
        try (JobLines jobs = new JobLines(new FileInputStream(source.toString()))) {
            for (BatchJob job = jobs.next(); job != null; job = jobs.next()) {
                count += log != null && log.isDone(job) ? 0 : 1;
            }
            if (log != null) {
                log.requireAllMet();
            }
        } catch (UsageException e) {
            throw new UsageException(options.source() + ": " + e.getMessage());
        }
        return count;
    }

    private BatchProgress progress(BatchScreen screen, long total, int stderr) {
        boolean terminal = PseudoTerminal.size(state, stderr) >= 0 && !"dumb".equals(System.getenv("TERM"));
        if (terminal) {
            return new BatchBar(screen, total, () -> columns(stderr));
        }
        return new BatchLines(screen, total);
    }

    private static int columns(int stderr) {
        int size = PseudoTerminal.size(CallState.create(), stderr);
        int columns = size < 0 ? 0 : size >>> 16;
        return columns == 0 ? USUAL_COLUMNS : columns;
    }
}
