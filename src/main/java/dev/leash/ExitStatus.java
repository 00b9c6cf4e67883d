package dev.leash;

/**
 * How a process ended: by itself or by a signal, see wait(2). {@code exit 137} and a SIGKILL are two different things
 * here. Where there is no truth to tell it says that, too.
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
     * How it ended is not known, or it has not: the run did without it. Nobody has to expect this but whoever runs programs
     * that become another user, as sudo does, or shares the JVM with code that waits for all children.
     *
     * @param alive whether it was still alive when the run was given up: the kernel refused to let it be killed, or it did
     *     not die of it, hanging in the kernel; it is among {@link Result#survivors()} then. If false it has ended, and other
     *     code in this JVM has taken its exit status
     */
    record Unknown(boolean alive) implements ExitStatus {
        /** For people. */
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
        /** For people, such as {@code ended by SIGKILL}. */
        @Override
        public String toString() {
            return "ended by SIG" + signal + (coreDumped ? " (core dumped)" : "");
        }
    }
}
