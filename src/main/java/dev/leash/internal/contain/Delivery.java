package dev.leash.internal.contain;

import dev.leash.internal.sys.Errno;

/** The outcome of a signal that was sent to several processes. For one thread. */
public final class Delivery {
    private boolean reached;
    private int refusal;

    /** Adds the result of one call: 0 or the negated errno. */
    public void add(int answer) {
        if (answer == 0) {
            reached = true;
        } else if (answer != -Errno.ESRCH) {
            refuse(-answer);
        }
    }

    /** Adds the errno with which one process refuses signals, or 0. */
    public void refuse(int errno) {
        refusal = errno == 0 ? refusal : errno;
    }

    /** A delivery that has reached one process. */
    public static Delivery ofOne() {
        Delivery delivery = new Delivery();
        delivery.add(0);
        return delivery;
    }

    /** Whether the signal has reached any process. */
    public boolean reached() {
        return reached;
    }

    /** The errno with which the kernel refused to signal some process, usually EPERM; 0 if it refused none. */
    public int refusal() {
        return refusal;
    }

    /** Forgets refusals, because the processes were reached in another way. */
    public void pardon() {
        refusal = 0;
    }
}
