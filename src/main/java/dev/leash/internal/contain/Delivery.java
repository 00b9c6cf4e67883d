package dev.leash.internal.contain;

import dev.leash.internal.sys.Errno;

/** What became of a signal that was sent to several processes. For one thread. */
public final class Delivery {
    private boolean reached;
    private int refusal;

    /** Takes what one call has returned: 0, or the negated errno. */
    public void add(int answer) {
        if (answer == 0) {
            reached = true;
        } else if (answer != -Errno.ESRCH) {
            refuse(-answer);
        }
    }

    /** Takes with which errno one process refuses signals, or 0. */
    public void refuse(int errno) {
        refusal = errno == 0 ? refusal : errno;
    }

    /** One that has reached somebody. */
    public static Delivery ofOne() {
        Delivery delivery = new Delivery();
        delivery.add(0);
        return delivery;
    }

    /** Whether any process was sent it. */
    public boolean reached() {
        return reached;
    }

    /** The errno with which the kernel refused to send it to some process, EPERM as a rule; 0 if it did not. */
    public int refusal() {
        return refusal;
    }

    /** Forgets refusals: there was another way. */
    public void pardon() {
        refusal = 0;
    }
}
