package dev.leash.internal.start;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.EventFd;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.nio.charset.StandardCharsets;

/** A descriptor of this JVM, which a child opens through /proc. */
final class DescriptorPermit implements ExecPermit {
    private static final byte[] DEV_NULL = "/dev/null".getBytes(StandardCharsets.US_ASCII);

    /** The number that a child opens: a duplicate of one of the other two. */
    private int number = -1;

    private int given = -1;

    /** An eventfd, which cannot be opened by path: ENXIO for root, EACCES for others. */
    private int refused = -1;

    DescriptorPermit(CallState state) throws SystemCallException {
        boolean complete = false;
        try {
            given = SystemCallException.check("open /dev/null", Descriptors.open(state, DEV_NULL, OpenFlags.READ));
            refused = EventFd.open(state).fd();
            number = SystemCallException.check("fcntl", Descriptors.duplicate(state, refused, 3));
            complete = true;
        } finally {
            if (!complete) {
                close(state);
            }
        }
    }

    @Override
    public byte[] path() {
        return ("/proc/" + ProcessHandle.current().pid() + "/fd/" + number).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void give(CallState state) throws SystemCallException {
        SystemCallException.check("dup3", Descriptors.replace(state, given, number));
    }

    @Override
    public void take(CallState state) throws SystemCallException {
        SystemCallException.check("dup3", Descriptors.replace(state, refused, number));
    }

    @Override
    public void close(CallState state) {
        Descriptors.closeIfOpen(state, number);
        Descriptors.closeIfOpen(state, given);
        Descriptors.closeIfOpen(state, refused);
    }
}
