package dev.leash.internal.sys;

import dev.leash.internal.bindings.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The ways to open a file, see open(2). */
public final class OpenFlags {
    public static final int READ = Libc.O_RDONLY();
    public static final int TRUNCATE = Libc.O_WRONLY() | Libc.O_CREAT() | Libc.O_TRUNC();
    public static final int APPEND = Libc.O_WRONLY() | Libc.O_CREAT() | Libc.O_APPEND();

    static final MethodHandle OPEN = Downcall.variadicWithErrno(
            Libc.open.address(),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            2);

    private OpenFlags() {}
}
