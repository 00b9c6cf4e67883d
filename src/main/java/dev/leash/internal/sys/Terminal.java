package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A terminal's foreground process group, tcgetpgrp(3), and its modes, termios(3). */
public final class Terminal {
    // The ioctls behind tcgetattr(3) and tcsetattr(3), see ioctl_tty(2), and the kernel's struct termios: four words
    // of flags, a byte, and the special characters. Both are the same on x86-64, AArch64 and RISC-V.
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int SIZE = 64; // the struct has 36
    private static final int INPUT_FLAGS = 0;
    private static final int OUTPUT_FLAGS = 4;
    private static final int CONTROL_FLAGS = 8;
    private static final int LOCAL_FLAGS = 12;
    private static final int CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    private static final CFunction IOCTL = CFunction.variadic(Libc.ioctl.address());

    private static final CFunction GET = CFunction.of(Libc.tcgetpgrp$address(), Libc.tcgetpgrp$descriptor());
    private static final CFunction SET = CFunction.of(Libc.tcsetpgrp$address(), Libc.tcsetpgrp$descriptor());

    private Terminal() {}

    /** The terminal's foreground group; the negated errno if {@code fd} is not this process's controlling terminal. */
    public static int foregroundGroup(CallState state, int fd) {
        return GET.call(state, fd);
    }

    /** Makes {@code group} the terminal's foreground group. A caller in the background must ignore SIGTTOU. */
    public static int setForegroundGroup(CallState state, int fd, int group) {
        return SET.call(state, fd, group);
    }

    /** The modes of the terminal, for {@link #setModes}; null if {@code fd} is no terminal. */
    public static byte @Nullable [] modes(CallState state, int fd) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment modes = scratch.allocate(SIZE);
            return IOCTL.call(state, fd, TCGETS, modes.address()) < 0 ? null : modes.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Sets the modes at once. A caller in the background must ignore SIGTTOU. 0 or the negated errno. */
    public static int setModes(CallState state, int fd, byte[] modes) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment all = scratch.allocate(SIZE);
            MemorySegment.copy(modes, 0, all, ValueLayout.JAVA_BYTE, 0, SIZE);
            return IOCTL.call(state, fd, TCSETS, all.address());
        }
    }

    /** The same modes in raw form: each key is delivered as it is typed, without echo, as by cfmakeraw(3). */
    public static byte[] raw(byte[] modes) {
        byte[] raw = modes.clone();
        ByteBuffer words = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
        // IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON
        words.putInt(INPUT_FLAGS, words.getInt(INPUT_FLAGS) & ~0x5eb);
        words.putInt(OUTPUT_FLAGS, words.getInt(OUTPUT_FLAGS) & ~1); // OPOST
        words.putInt(CONTROL_FLAGS, (words.getInt(CONTROL_FLAGS) & ~0x130) | 0x30); // no PARENB, CS8
        words.putInt(LOCAL_FLAGS, words.getInt(LOCAL_FLAGS) & ~0x804b); // ISIG, ICANON, ECHO, ECHONL, IEXTEN
        raw[CHARACTERS + VMIN] = 1;
        raw[CHARACTERS + VTIME] = 0;
        return raw;
    }
}
