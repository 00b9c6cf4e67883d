package dev.leash.internal.spawn;

import static dev.leash.internal.spawn.SpawnErrors.text;

import dev.leash.SpawnException;
import dev.leash.SpawnException.Kind;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.NativePaths;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what an errno of posix_spawn(3) was about. The directory, the program and its interpreter all fail with
 * the same errno, so this looks at each again. A change in between makes the message less exact, never the errno
 * wrong.
 */
final class FailureDiagnosis {
    /** How many interpreters the kernel goes through, see execve(2). */
    private static final int DEEPEST_INTERPRETER = 5;

    private final CallState state;
    private final Arena scratch;
    private final SpawnRequest request;
    private final ProgramSearch search;

    FailureDiagnosis(CallState state, Arena scratch, SpawnRequest request, ProgramSearch search) {
        this.state = state;
        this.scratch = scratch;
        this.request = request;
        this.search = search;
    }

    /** The failure when no file of that name exists. */
    SpawnException notFound() {
        SpawnException directory = directoryTrouble();
        if (directory != null) {
            return directory;
        }
        byte[] program = request.arguments().getFirst();
        String where = program.length == 0
                ? "the program's name is empty"
                : "no such program in the " + (request.environment().searchesOwnPath() ? "child's" : "JVM's")
                        + " PATH, which is " + text(search.searchPath());
        return failure(Kind.NOT_FOUND, Errno.ENOENT, program, where);
    }

    /** The failure when posix_spawn has returned {@code errno} for {@code candidate}. */
    SpawnException of(int errno, byte[] candidate) {
        if (mayBeAboutAPath(errno)) {
            SpawnException directory = directoryTrouble();
            if (directory != null) {
                return directory;
            }
        }
        if (errno == Errno.E2BIG) {
            return failure(
                    Kind.ARGUMENTS_TOO_LONG,
                    errno,
                    candidate,
                    "arguments and environment together, or one of them, are longer than the kernel takes: one may"
                            + " have 131,071 bytes, all together a quarter of the stack limit (ulimit -s)");
        }
        if (errno == Errno.EAGAIN || errno == Errno.ENOMEM || errno == Errno.EMFILE || errno == Errno.ENFILE) {
            return limit(errno, candidate);
        }
        if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
            return missing(errno, candidate);
        }
        if (errno == Errno.EACCES) {
            return refused(candidate);
        }
        if (errno == Errno.ETXTBSY) {
            return failure(Kind.NOT_EXECUTABLE, errno, candidate, "the program's file is open for writing");
        }
        if (errno == Errno.ENOEXEC) {
            return failure(Kind.NOT_EXECUTABLE, errno, candidate, "neither a binary for this machine nor a script");
        }
        return failure(Kind.OTHER, errno, candidate, Errno.description(errno));
    }

    /**
     * Whether chdir(2) or a lookup may have failed with it. Lists the errnos that only execve(2) or fork(2) returns,
     * because file systems have errnos of their own.
     */
    private static boolean mayBeAboutAPath(int errno) {
        return errno != Errno.E2BIG
                && errno != Errno.ENOEXEC
                && errno != Errno.ETXTBSY
                && errno != Errno.EAGAIN
                && errno != Errno.EMFILE
                && errno != Errno.ENFILE;
    }

    private static SpawnException limit(int errno, byte[] candidate) {
        String what = errno == Errno.EAGAIN
                ? "the limit of processes is reached (ulimit -u, pids.max of the cgroup)"
                : Errno.description(errno);
        return failure(Kind.LIMIT, errno, candidate, what);
    }

    private SpawnException missing(int errno, byte[] candidate) {
        byte[] seenFromHere = search.fromHere(candidate);
        if (NativePaths.exists(state, scratch, seenFromHere) != 0) {
            return failure(Kind.NOT_FOUND, errno, candidate, "no such program");
        }
        byte[] interpreter = missingInterpreter(candidate);
        return failure(
                Kind.BAD_INTERPRETER,
                errno,
                candidate,
                interpreter == null
                        ? "the program is there, but the loader that it names is not"
                        : "the program is there, but its interpreter " + text(interpreter) + " is not");
    }

    private SpawnException refused(byte[] candidate) {
        byte[] seenFromHere = search.fromHere(candidate);
        if (NativePaths.enterable(state, scratch, seenFromHere) == 0) {
            return failure(Kind.IS_DIRECTORY, Errno.EACCES, candidate, "it is a directory");
        }
        if (NativePaths.executable(state, scratch, seenFromHere) != 0) {
            return failure(Kind.NOT_EXECUTABLE, Errno.EACCES, candidate, "no permission to execute it");
        }
        return failure(
                Kind.NOT_EXECUTABLE,
                Errno.EACCES,
                candidate,
                "its interpreter may not be executed, or its file system is mounted noexec");
    }

    /** What is wrong with the directory, or null if the child could enter it. */
    private @Nullable SpawnException directoryTrouble() {
        if (request.directory() instanceof Directory.Path start) {
            byte[] directory = start.path();
            int answer = NativePaths.enterable(state, scratch, directory);
            if (answer < 0) {
                return SpawnErrors.of(
                        Kind.DIRECTORY,
                        -answer,
                        directory,
                        "cannot start in directory " + text(directory) + ": " + Errno.named(-answer));
            }
        }
        return null;
    }

    /** The interpreter that is not there: the script's, or its interpreter's own. Null if there is no such script. */
    private byte @Nullable [] missingInterpreter(byte[] script) {
        byte[] file = script;
        for (int depth = 0; depth < DEEPEST_INTERPRETER; depth++) {
            byte[] interpreter = interpreter(search.fromHere(file));
            if (interpreter == null || NativePaths.exists(state, scratch, search.fromHere(interpreter)) != 0) {
                return interpreter;
            }
            file = interpreter;
        }
        return null;
    }

    /** What the script's first line names, or null if it is no script or cannot be read. */
    private static byte @Nullable [] interpreter(byte[] path) {
        byte[] start = ProgramFile.start(path);
        if (start == null) {
            return null;
        }
        if (start.length < 2 || start[0] != '#' || start[1] != '!') {
            return null;
        }
        int from = 2;
        while (from < start.length && isBlank(start[from])) {
            from++;
        }
        int to = from;
        while (to < start.length && !isBlank(start[to]) && start[to] != '\n' && start[to] != 0) {
            to++;
        }
        return Arrays.copyOfRange(start, from, to);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static SpawnException failure(Kind kind, int errno, byte[] path, String what) {
        return SpawnErrors.of(
                kind, errno, path, "could not start " + quoted(path) + ": " + what + " (" + Errno.name(errno) + ")");
    }

    private static String quoted(byte[] path) {
        return path.length == 0 ? "\"\"" : text(path);
    }
}
