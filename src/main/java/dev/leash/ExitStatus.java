package dev.leash;

/**
 * How a process ended: by itself or by a signal, see wait(2). {@code exit 137} and a SIGKILL are two different things
 * here.
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
        /** For people, such as {@code exit code 1}. */
        @Override
        public String toString() {
            return "exit code " + code;
        }
    }

    /**
     * A signal ended it.
     *
     * @param signal which one
     * @param coreDumped whether it left a core dump, see core(5)
     */
    record Signaled(Signal signal, boolean coreDumped) implements ExitStatus {
        /** For people, such as {@code ended by SIGKILL}. */
        @Override
        public String toString() {
            return "ended by SIG" + signal + (coreDumped ? " (core dumped)" : "");
        }
    }
}
