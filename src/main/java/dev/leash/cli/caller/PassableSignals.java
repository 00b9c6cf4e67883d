package dev.leash.cli.caller;

import dev.leash.cli.run.ForegroundJob;
import dev.leash.cli.run.TerminalBridge;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import dev.leash.internal.sys.SignalSet;

/** Which signals that are sent to leash can be passed on to a program, see signal(7). In sets as {@link SignalSet} has them. */
public final class PassableSignals {
    public static final int PIPE = 13;
    static final int URG = 23;
    static final int XFSZ = 25;

    /** From RTMIN, 34, to RTMAX. The C library keeps two before them for itself. */
    public static final long REAL_TIME = -1L << 33;

    /** Those that by default change nothing: CONT, but for a stopped process, URG and WINCH. */
    public static final long HARMLESS = SignalSet.bits(ForegroundJob.SIGCONT, URG, TerminalBridge.SIGWINCH);

    /** ILL, BUS, FPE and SEGV: the JVM could not go on without its own handlers. */
    private static final long THE_JVMS = SignalSet.bits(4, 7, 8, 11);

    /** KILL and STOP, and the two of the C library, which nobody can handle; CHLD tells of our own child. */
    private static final long NOBODYS = SignalSet.bits(9, 19, 32, 33) | SignalSet.bits(ForegroundJob.SIGCHLD);

    /** They stop this process, as they would the program: what comes of that is {@link ForegroundJob}'s. */
    private static final long JOB_CONTROL =
            SignalSet.bits(ForegroundJob.SIGTSTP, ForegroundJob.SIGTTIN, ForegroundJob.SIGTTOU);

    public static final long ALL = ~(THE_JVMS | NOBODYS | JOB_CONTROL);

    /** What a writer is sent by the kernel: not for the program if it is leash that writes. */
    public static final long OF_WRITERS = SignalSet.bits(PIPE, XFSZ);

    /** Those that by default end this process, but for those of a writer, who is told by the call. */
    public static final long ENDING = ALL & ~HARMLESS & ~OF_WRITERS;

    /** INT, TERM, HUP, QUIT, USR1, USR2, ALRM: what there is room for where descriptors are few. */
    private static final long USUAL = SignalSet.bits(2, 15, 1, 3, 10, 12, 14);

    private static final long PLENTY_OF_DESCRIPTORS = 256;

    private PassableSignals() {}

    /**
     * Loads that part of the JDK that installs a handler of its own for RTMAX-2, with which it wakes up threads that read or
     * write. Nothing here interrupts such a thread, so that afterwards the signal can be taken.
     */
    public static void loadRivals() {
        try {
            Class<?> ignored = Class.forName("sun.nio.ch.NativeThread");
        } catch (ClassNotFoundException | LinkageError e) {
            // In another version of the JDK that one signal is not passed on.
        }
    }

    /** Of {@code signals} those that leave descriptors for other things: each takes one, under its own number. */
    public static long affordable(CallState state, long signals) {
        long limit = ProcessControls.softLimit(state, Resources.NOFILE);
        return Long.compareUnsigned(limit, PLENTY_OF_DESCRIPTORS) >= 0
                ? signals
                : signals & (USUAL | SignalSet.bits(ForegroundJob.SIGCHLD) | HARMLESS);
    }
}
