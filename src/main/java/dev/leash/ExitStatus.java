package dev.leash;

/**
 * How a process ended: by itself or by a signal, see wait(2). {@code exit 137} and a SIGKILL are two different things
 * here. An end that cannot be determined has a value of its own, too.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="status"}
 */
public sealed interface ExitStatus {
    /**
     * It called exit, or returned from main.
     *
     * @param code 0 to 255
     */
    record Exited(int code) implements ExitStatus {
        /** For display, such as {@code exit code 1}. */
        @Override
        public String toString() {
            return "exit code " + code;
        }
    }

    /**
     * How it ended is not known, or it has not ended and the run was given up without it. Only callers need to expect
     * this whose programs become another user, as sudo does, or whose JVM contains code that waits for all children.
     *
     * @param alive true if it was still alive when the run was given up: the kernel refused KILL, or KILL had no
     *     effect since the process hangs in the kernel; it is then among {@link Result#survivors()}. False if it has
     *     ended and other code in this JVM has taken its exit status
     */
    record Unknown(boolean alive) implements ExitStatus {
        /** For display. */
        @Override
        public String toString() {
            return alive ? "could not be ended, and is alive" : "ended, its status taken by other code";
        }
    }

    /**
     * A signal ended it.
     *
     * @param signal which one
     * @param coreDumped whether it left a core dump, see core(5)
     */
    record Signaled(Signal signal, boolean coreDumped) implements ExitStatus {
        /** For display, such as {@code ended by SIGKILL}. */
        @Override
        public String toString() {
            return "ended by SIG" + signal + (coreDumped ? " (core dumped)" : "");
        }
    }
}
