package dev.leash.internal.sys;

/**
 * Signals by number, see signal(7): those of x86-64, AArch64 and RISC-V. Compile-time constants, so that using them
 * loads no class.
 */
public final class SignalNumbers {
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGILL = 4;
    public static final int SIGBUS = 7;
    public static final int SIGFPE = 8;
    public static final int SIGKILL = 9;
    public static final int SIGUSR1 = 10;
    public static final int SIGSEGV = 11;
    public static final int SIGUSR2 = 12;
    public static final int SIGPIPE = 13;
    public static final int SIGALRM = 14;
    public static final int SIGTERM = 15;
    public static final int SIGCHLD = 17;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;
    public static final int SIGTSTP = 20;
    public static final int SIGTTIN = 21;
    public static final int SIGTTOU = 22;
    public static final int SIGURG = 23;
    public static final int SIGXCPU = 24;
    public static final int SIGXFSZ = 25;
    public static final int SIGWINCH = 28;

    /** The C library keeps 32 and 33 for itself; its functions refuse to handle or send them. */
    public static final int FIRST_OF_LIBC = 32;

    public static final int LAST_OF_LIBC = 33;

    /** What programs call SIGRTMIN. */
    public static final int SIGRTMIN = 34;

    public static final int SIGRTMAX = 64;

    private SignalNumbers() {}
}
