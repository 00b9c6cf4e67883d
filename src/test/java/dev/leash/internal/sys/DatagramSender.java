package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.cmsghdr;
import dev.leash.internal.bindings.iovec;
import dev.leash.internal.bindings.msghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Sends messages to a socket of {@link Datagrams} from this process. For one thread. */
public final class DatagramSender implements AutoCloseable {
    private static final CFunction SENDMSG = CFunction.of(Libc.sendmsg$address(), Libc.sendmsg$descriptor());

    private final CallState state = CallState.create();
    private final byte[] path;
    private final int fd;

    public DatagramSender(String path) throws SystemCallException {
        this.path = path.getBytes(StandardCharsets.UTF_8);
        this.fd = SystemCallException.check("socket", Datagrams.open(state));
    }

    /** The number of bytes, or the negated errno: EAGAIN if the receiver's queue is full. */
    public int send(String message, int... descriptors) {
        return send(message.getBytes(StandardCharsets.UTF_8), descriptors);
    }

    public int send(byte[] message, int... descriptors) {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment content = memory.allocate(Math.max(1, message.length));
            MemorySegment.copy(message, 0, content, ValueLayout.JAVA_BYTE, 0, message.length);
            Struct vector = Struct.of(memory, iovec.layout());
            vector.setLong(iovec.iov_base$offset(), content.address());
            vector.setLong(iovec.iov_len$offset(), message.length);
            Struct address = Datagrams.address(memory, path);
            Struct header = Struct.of(memory, msghdr.layout());
            header.setLong(msghdr.msg_name$offset(), address.address());
            header.setInt(msghdr.msg_namelen$offset(), (int) address.memory().byteSize());
            header.setLong(msghdr.msg_iov$offset(), vector.address());
            header.setLong(msghdr.msg_iovlen$offset(), 1);
            if (descriptors.length > 0) {
                long start = cmsghdr.sizeof();
                long length = start + (long) descriptors.length * Integer.BYTES;
                Struct control = Struct.ofBytes(memory, (length + 7) & -8);
                control.setLong(cmsghdr.cmsg_len$offset(), length);
                control.setInt(cmsghdr.cmsg_level$offset(), Libc.SOL_SOCKET());
                control.setInt(cmsghdr.cmsg_type$offset(), Libc.SCM_RIGHTS());
                for (int each : descriptors) {
                    control.setInt(start, each);
                    start += Integer.BYTES;
                }
                header.setLong(msghdr.msg_control$offset(), control.address());
                header.setLong(msghdr.msg_controllen$offset(), length);
            }
            return (int) SENDMSG.callLong(state, fd, header.address(), 0);
        }
    }

    @Override
    public void close() {
        Descriptors.close(state, fd);
    }
}
