package dev.leash.internal.spawn;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.NativePaths;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that a program's name may mean, as execvp(3) would in the child. A name with a slash is a path; any
 * other is looked up in the {@linkplain ChildEnvironment#searchPath PATH}, usually that of the child's environment.
 * An empty element is the current directory, and relative elements start at the directory that the child starts in.
 */
final class ProgramSearch {
    /** What execvp(3) uses when there is no PATH at all. */
    private static final byte[] DEFAULT_PATH = "/bin:/usr/bin".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] HERE = {'.'};

    private final CallState state;
    private final Arena scratch;
    private final SpawnRequest request;

    private final byte[] program;
    private boolean begun;

    /** The PATH, from {@link #at} on still to be searched. */
    private byte[] path = {};

    private int at;

    /** Those that were seen and cannot be executed. */
    private final List<byte[]> present = new ArrayList<>();

    ProgramSearch(CallState state, Arena scratch, SpawnRequest request) {
        this.state = state;
        this.scratch = scratch;
        this.request = request;
        this.program = request.arguments().getFirst();
    }

    /**
     * The next path to try, best first; null if there is no other. It looks no further than it must: nearly always the
     * first one is the program.
     */
    byte @Nullable [] next() {
        if (!begun) {
            begun = true;
            if (program.length == 0 || contains(program, '/')) {
                at = path.length + 1;
                return program.length == 0 ? null : program;
            }
            path = searchPath();
        }
        while (at <= path.length) {
            int end = at;
            while (end < path.length && path[end] != ':') {
                end++;
            }
            byte[] candidate = candidate(at, end);
            at = end + 1;
            byte[] seenFromHere = fromHere(candidate);
            int answer = NativePaths.executable(state, scratch, seenFromHere);
            if (answer == 0 && NativePaths.enterable(state, scratch, seenFromHere) != 0) {
                return candidate;
            }
            if (answer != -Errno.ENOENT && answer != -Errno.ENOTDIR) {
                present.add(candidate);
            }
        }
        // Files that cannot be executed are tried last, for their error: "permission denied" says more than "not
        // found".
        return present.isEmpty() ? null : present.removeFirst();
    }

    /** The program in the element of the PATH between these places. */
    private byte[] candidate(int from, int to) {
        byte[] element = from == to ? HERE : Arrays.copyOfRange(path, from, to);
        return join(element, program);
    }

    /** The PATH that the search uses. */
    byte[] searchPath() {
        byte[] given = request.environment().searchPath();
        return given == null ? DEFAULT_PATH : given;
    }

    /** {@code path}, which the child sees from its directory, as seen from this process's. */
    byte[] fromHere(byte[] path) {
        if (path.length > 0 && path[0] == '/') {
            return path;
        }
        return switch (request.directory()) {
            case Directory.Inherited ignored -> path;
            case Directory.Path directory -> join(directory.path(), path);
            case Directory.Descriptor directory ->
                join(("/proc/self/fd/" + directory.fd()).getBytes(StandardCharsets.US_ASCII), path);
        };
    }

    static boolean contains(byte[] text, char wanted) {
        for (byte b : text) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }

    private static byte[] join(byte[] directory, byte[] name) {
        byte[] joined = Arrays.copyOf(directory, directory.length + 1 + name.length);
        joined[directory.length] = '/';
        System.arraycopy(name, 0, joined, directory.length + 1, name.length);
        return joined;
    }
}
