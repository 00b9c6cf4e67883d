package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import dev.leash.internal.bindings.cmsghdr;
import dev.leash.internal.bindings.iovec;
import dev.leash.internal.bindings.msghdr;
import dev.leash.internal.bindings.sockaddr_un;
import dev.leash.internal.bindings.ucred;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datagram sockets of unix(7) at which the kernel tells who has sent: socket(2), bind(2), recvmsg(2). */
public final class Datagrams {
    /** The longest path of a socket: programs that send expect room for a NUL after it. */
    public static final int LONGEST_PATH = (int) (sockaddr_un.sizeof() - sockaddr_un.sun_path$offset()) - 1;

    // Linux 6.5; the same on x86-64 and AArch64, and not in the headers of the C libraries in use.
    private static final int SO_PASSPIDFD = 76;
    private static final int SCM_PIDFD = 4;

    /** What a message may bring at most, see unix(7). */
    private static final int MOST_DESCRIPTORS = 253;

    private static final CFunction SOCKET = CFunction.of(Libc.socket$address(), Libc.socket$descriptor());
    private static final CFunction BIND = CFunction.of(Libc.bind$address(), Libc.bind$descriptor());
    private static final CFunction SETSOCKOPT = CFunction.of(Libc.setsockopt$address(), Libc.setsockopt$descriptor());
    private static final CFunction RECVMSG = CFunction.of(Libc.recvmsg$address(), Libc.recvmsg$descriptor());

    // The places in the buffer of one recvmsg(2).
    private static final int CONTROL = 256;
    private static final int VECTOR = 128;
    private static final int CONTENT = 4096;

    /** The kernel writes them in this order. Room for all, or descriptors would take that of the pidfd. */
    private static final int CONTROL_BYTES =
            space((int) ucred.sizeof()) + space(MOST_DESCRIPTORS * Integer.BYTES) + space(Integer.BYTES);

    private Datagrams() {}

    /** A socket that is close-on-exec and never waits; or the negated errno. */
    public static int open(CallState state) {
        int type = Libc.SOCK_DGRAM() | Libc.SOCK_CLOEXEC() | Libc.SOCK_NONBLOCK();
        return Descriptors.raise(state, SOCKET.call(state, Libc.AF_UNIX(), type, 0));
    }

    /** Gives the socket a path, at which this makes a file. 0 or the negated errno. */
    public static int bind(CallState state, int fd, byte[] path) {
        if (path.length > LONGEST_PATH) {
            return -Errno.ENAMETOOLONG;
        }
        try (Arena scratch = Arena.ofConfined()) {
            Struct address = address(scratch, path);
            return BIND.call(state, fd, address.address(), address.memory().byteSize());
        }
    }

    static Struct address(Arena memory, byte[] path) {
        Struct address = Struct.of(memory, sockaddr_un.layout());
        address.setShort(sockaddr_un.sun_family$offset(), Libc.AF_UNIX());
        MemorySegment.copy(
                path, 0, address.memory(), ValueLayout.JAVA_BYTE, sockaddr_un.sun_path$offset(), path.length);
        return address;
    }

    /**
     * From now on the kernel adds the sender to each message that is sent: to be called before {@link #bind}. 0 or the
     * negated errno.
     */
    public static int passSenders(CallState state, int fd) {
        int answer = set(state, fd, Libc.SO_PASSCRED());
        // Before Linux 6.5 there is none, which each message shows.
        int ignored = answer < 0 ? answer : set(state, fd, SO_PASSPIDFD);
        return answer;
    }

    private static int set(CallState state, int fd, int option) {
        Struct on = state.scratch;
        on.setInt(0, 1);
        return SETSOCKOPT.call(state, fd, Libc.SOL_SOCKET(), option, on.address(), Integer.BYTES);
    }

    /**
     * The next message; null if there is none now. The descriptors in it belong to the caller.
     *
     * @param most how many bytes of the content are wanted
     * @throws SystemCallException if none can be received
     */
    public static @Nullable Datagram receive(CallState state, int fd, ReusedBuffer buffer, int most)
            throws SystemCallException {
        MemorySegment memory = buffer.memory();
        long start = memory.address();
        Struct vector = Struct.in(memory.asSlice(VECTOR, iovec.sizeof()));
        vector.setLong(iovec.iov_base$offset(), start + CONTENT);
        vector.setLong(iovec.iov_len$offset(), most);
        Struct header = Struct.in(memory.asSlice(0, msghdr.sizeof()));
        header.setLong(msghdr.msg_name$offset(), 0);
        header.setInt(msghdr.msg_namelen$offset(), 0);
        header.setLong(msghdr.msg_iov$offset(), start + VECTOR);
        header.setLong(msghdr.msg_iovlen$offset(), 1);
        header.setLong(msghdr.msg_control$offset(), start + CONTROL);
        header.setLong(msghdr.msg_controllen$offset(), CONTROL_BYTES);
        header.setInt(msghdr.msg_flags$offset(), 0);
        long count;
        do {
            count = RECVMSG.callLong(state, fd, start, Libc.MSG_CMSG_CLOEXEC());
        } while (count == -Errno.EINTR);
        if (count == -Errno.EAGAIN) {
            return null;
        }
        SystemCallException.check("recvmsg", (int) count);
        byte[] content = memory.asSlice(CONTENT, count).toArray(ValueLayout.JAVA_BYTE);
        boolean truncated = (header.getInt(msghdr.msg_flags$offset()) & Libc.MSG_TRUNC()) != 0;
        int length = (int) header.getLong(msghdr.msg_controllen$offset());
        return withControl(content, truncated, Struct.in(memory.asSlice(CONTROL, CONTROL_BYTES)), length);
    }

    private static Datagram withControl(byte[] content, boolean truncated, Struct control, int length) {
        int pid = 0;
        int pidfd = Datagram.NO_PIDFD;
        List<Integer> descriptors = new ArrayList<>();
        int header = (int) cmsghdr.sizeof();
        int at = 0;
        while (at + header <= length) {
            int end = at + (int) control.getLong(at + cmsghdr.cmsg_len$offset());
            if (end < at + header || end > length) {
                break;
            }
            int type = control.getInt(at + cmsghdr.cmsg_type$offset());
            if (control.getInt(at + cmsghdr.cmsg_level$offset()) != Libc.SOL_SOCKET()) {
                // none of ours
            } else if (type == Libc.SCM_CREDENTIALS()) {
                pid = control.getInt(at + header + ucred.pid$offset());
            } else if (type == SCM_PIDFD) {
                pidfd = control.getInt(at + header);
            } else if (type == Libc.SCM_RIGHTS()) {
                for (int each = at + header; each + Integer.BYTES <= end; each += Integer.BYTES) {
                    descriptors.add(control.getInt(each));
                }
            }
            at += aligned(end - at);
        }
        return new Datagram(content, truncated, pid, pidfd, descriptors);
    }

    /** CMSG_SPACE of cmsg(3). */
    private static int space(int bytes) {
        return (int) cmsghdr.sizeof() + aligned(bytes);
    }

    private static int aligned(int length) {
        return (length + Long.BYTES - 1) & -Long.BYTES;
    }
}
