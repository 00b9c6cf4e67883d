package dev.leash.cli.caller;

import static dev.leash.internal.sys.SignalNumbers.FIRST_OF_LIBC;
import static dev.leash.internal.sys.SignalNumbers.LAST_OF_LIBC;
import static dev.leash.internal.sys.SignalNumbers.SIGALRM;
import static dev.leash.internal.sys.SignalNumbers.SIGBUS;
import static dev.leash.internal.sys.SignalNumbers.SIGCHLD;
import static dev.leash.internal.sys.SignalNumbers.SIGCONT;
import static dev.leash.internal.sys.SignalNumbers.SIGFPE;
import static dev.leash.internal.sys.SignalNumbers.SIGHUP;
import static dev.leash.internal.sys.SignalNumbers.SIGILL;
import static dev.leash.internal.sys.SignalNumbers.SIGINT;
import static dev.leash.internal.sys.SignalNumbers.SIGKILL;
import static dev.leash.internal.sys.SignalNumbers.SIGPIPE;
import static dev.leash.internal.sys.SignalNumbers.SIGQUIT;
import static dev.leash.internal.sys.SignalNumbers.SIGSEGV;
import static dev.leash.internal.sys.SignalNumbers.SIGSTOP;
import static dev.leash.internal.sys.SignalNumbers.SIGTERM;
import static dev.leash.internal.sys.SignalNumbers.SIGTSTP;
import static dev.leash.internal.sys.SignalNumbers.SIGTTIN;
import static dev.leash.internal.sys.SignalNumbers.SIGTTOU;
import static dev.leash.internal.sys.SignalNumbers.SIGURG;
import static dev.leash.internal.sys.SignalNumbers.SIGUSR1;
import static dev.leash.internal.sys.SignalNumbers.SIGUSR2;
import static dev.leash.internal.sys.SignalNumbers.SIGWINCH;
import static dev.leash.internal.sys.SignalNumbers.SIGXFSZ;

import dev.leash.cli.run.ForegroundJob;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import dev.leash.internal.sys.SignalSet;

/** Which signals that leash gets can be forwarded to a program, see signal(7). Sets are as in {@link SignalSet}. */
public final class PassableSignals {
    public static final int PIPE = SIGPIPE;

    /** From RTMIN, 34, to RTMAX. The C library keeps the two before them for itself. */
    public static final long REAL_TIME = -1L << LAST_OF_LIBC;

    /** Signals that by default change nothing: CONT (except for a stopped process), URG and WINCH. */
    public static final long HARMLESS = SignalSet.bits(SIGCONT, SIGURG, SIGWINCH);

    /** ILL, BUS, FPE and SEGV: the JVM could not go on without its own handlers. */
    private static final long JVM_SIGNALS = SignalSet.bits(SIGILL, SIGBUS, SIGFPE, SIGSEGV);

    /**
     * KILL and STOP, and the two of the C library, which no process can handle; CHLD is about a child of leash
     * itself.
     */
    private static final long UNHANDLABLE = SignalSet.bits(SIGKILL, SIGSTOP, FIRST_OF_LIBC, LAST_OF_LIBC, SIGCHLD);

    /** They stop this process as they would stop the program: {@link ForegroundJob} handles that. */
    private static final long JOB_CONTROL = SignalSet.bits(SIGTSTP, SIGTTIN, SIGTTOU);

    public static final long ALL = ~(JVM_SIGNALS | UNHANDLABLE | JOB_CONTROL);

    /** The kernel sends these to a writer: not for the program if leash itself writes. */
    public static final long OF_WRITERS = SignalSet.bits(SIGPIPE, SIGXFSZ);

    /** All that would end leash where it runs many programs and writes what they write: write(2) reports an error. */
    public static final long HANDLED_AS_WRITER = ALL & ~OF_WRITERS;

    /** USR1, USR2, real-time signals and harmless ones: they mean nothing to leash, but may mean something to programs. */
    public static final long FOR_THE_PROGRAMS = SignalSet.bits(SIGUSR1, SIGUSR2) | REAL_TIME | HARMLESS;

    /** Signals that by default end this process, except those of a writer, where write(2) reports an error. */
    public static final long ENDING = ALL & ~HARMLESS & ~OF_WRITERS;

    /** INT, TERM, HUP, QUIT, USR1, USR2, ALRM: those that are handled if the descriptor limit is low. */
    private static final long USUAL = SignalSet.bits(SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM);

    private static final long PLENTY_OF_DESCRIPTORS = 256;

    private PassableSignals() {}

    /**
     * Loads the part of the JDK that installs a handler for RTMAX-2, with which it wakes threads that read or write.
     * Nothing here interrupts such a thread, so leash can take the signal afterwards.
     */
    public static void loadJdkHandlers() {
        try {
            Class<?> ignored = Class.forName("sun.nio.ch.NativeThread");
        } catch (ClassNotFoundException | LinkageError e) {
            // In a JDK without this class, leash does not forward that one signal.
        }
    }

    /**
     * The part of {@code signals} that leaves enough descriptors: each signal takes the descriptor of its own number.
     */
    public static long affordable(CallState state, long signals) {
        long limit = ProcessControls.softLimit(state, Resources.NOFILE);
        return Long.compareUnsigned(limit, PLENTY_OF_DESCRIPTORS) >= 0
                ? signals
                : signals & (USUAL | SignalSet.bits(SIGCHLD) | HARMLESS);
    }
}
