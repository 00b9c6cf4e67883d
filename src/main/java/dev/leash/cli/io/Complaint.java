package dev.leash.cli.io;

import dev.leash.cli.caller.CallerContext;
import dev.leash.cli.run.RunCommand;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.FileErrors;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.Resources;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Describes an error in one sentence, for users. If a resource was short, the sentence begins with it: the errors
 * that follow from the shortage name a class or a thread and do not help.
 */
public final class Complaint {
    private static final int STDIN = 0;

    private Complaint() {}

    /** The sentence, followed by the stack trace if the variable LEASH_DEBUG asks for it. */
    public static String about(Throwable thrown) {
        String sentence = sentence(thrown).replace('\n', ' ');
        String debug = System.getenv("LEASH_DEBUG");
        if (debug == null || debug.isEmpty()) {
            return sentence;
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return sentence + "\n" + trace.toString().stripTrailing();
    }

    private static String sentence(Throwable thrown) {
        Throwable cause = decisive(thrown);
        if (isForWantOfDescriptors(thrown)) {
            CallState state = CallState.create();
            if (CallerContext.isLaunched()) {
                // The rest of this may need a descriptor, and this process is ending and reads no more.
                Descriptors.close(state, STDIN);
            }
            long limit = ProcessControls.softLimit(state, Resources.NOFILE);
            return "too few files may be open (ulimit -n is " + limit + "): " + text(cause);
        }
        if (cause instanceof OutOfMemoryError || cause.getCause() instanceof OutOfMemoryError) {
            String what = String.valueOf(cause.getMessage());
            return what.startsWith("unable to create native thread")
                    ? "no further thread can be made (ulimit -u, pids.max of the cgroup, ulimit -v)"
                    : "there is too little memory (ulimit -v, or 128 MiB for leash itself): " + what;
        }
        if (cause instanceof RunCommand.UnfinishedException && root(cause) instanceof SystemCallException root) {
            return text(cause) + ": " + root.getMessage();
        }
        return isExpected(cause)
                ? text(cause)
                : "internal error: " + name(cause) + "; with LEASH_DEBUG=1 leash says where";
    }

    /** The exception that the others in the chain only wrap. */
    private static Throwable decisive(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null
                && (at instanceof LinkageError
                        || at instanceof ExecutionException
                        || at instanceof CompletionException
                        || at instanceof UncheckedIOException
                        || (at instanceof IllegalStateException && at.getCause() instanceof SystemCallException)
                        || at.getMessage() == null)) {
            at = at.getCause();
        }
        return at;
    }

    private static Throwable root(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at;
    }

    private static boolean isForWantOfDescriptors(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            boolean says = at instanceof SystemCallException call
                    ? call.errno() == Errno.EMFILE
                    : at instanceof IOException
                            && String.valueOf(at.getMessage()).contains("Too many open files");
            // The JVM reports a class that it cannot read from its file as missing.
            if (says || (at instanceof LinkageError && areUsedUp())) {
                return true;
            }
        }
        return false;
    }

    private static boolean areUsedUp() {
        CallState state = CallState.create();
        int another = Descriptors.duplicate(state, STDIN, 0);
        Descriptors.closeIfOpen(state, another);
        return another == -Errno.EMFILE;
    }

    private static boolean isExpected(Throwable cause) {
        return cause.getMessage() != null
                && (cause instanceof IOException || cause instanceof UnsupportedOperationException);
    }

    private static String text(Throwable cause) {
        if (cause instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": " + FileErrors.text(file);
        }
        @Nullable String message = cause.getMessage();
        return isExpected(cause) && message != null ? message : name(cause);
    }

    private static String name(Throwable cause) {
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
