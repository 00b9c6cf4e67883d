package dev.leash.internal.spawn;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.NativePaths;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the files that a program's name may mean, as execvp(3) would in the child. A name with a slash is a path; any
 * other is looked up in the {@linkplain ChildEnvironment#searchPath PATH}, usually that of the child's environment.
 * An empty element is the current directory, and relative elements start at the directory that the child starts in.
 */
final class ProgramSearch {
    /** What execvp(3) uses when there is no PATH at all. */
    private static final byte[] DEFAULT_PATH = "/bin:/usr/bin".getBytes(StandardCharsets.US_ASCII);

    private final CallState state;
    private final Arena scratch;
    private final SpawnRequest request;

    ProgramSearch(CallState state, Arena scratch, SpawnRequest request) {
        this.state = state;
        this.scratch = scratch;
        this.request = request;
    }

    /** The paths to try, best first; empty if there is no file of that name. */
    List<byte[]> candidates() {
        byte[] program = request.arguments().getFirst();
        if (program.length == 0) {
            return List.of();
        }
        if (contains(program, '/')) {
            return List.of(program);
        }
        List<byte[]> executable = new ArrayList<>();
        List<byte[]> present = new ArrayList<>();
        for (byte[] element : split(searchPath())) {
            byte[] candidate = join(element.length == 0 ? new byte[] {'.'} : element, program);
            byte[] seenFromHere = fromHere(candidate);
            int answer = NativePaths.exists(state, scratch, seenFromHere);
            if (answer == -Errno.ENOENT || answer == -Errno.ENOTDIR) {
                continue;
            }
            boolean usable = NativePaths.executable(state, scratch, seenFromHere) == 0
                    && NativePaths.enterable(state, scratch, seenFromHere) != 0;
            (usable ? executable : present).add(candidate);
        }
        // Files that cannot be executed are tried last, for their error: "permission denied" says more than "not
        // found".
        executable.addAll(present);
        return executable;
    }

    /** The PATH that the search uses. */
    byte[] searchPath() {
        byte[] path = request.environment().searchPath();
        return path == null ? DEFAULT_PATH : path;
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
        ByteArrayOutputStream joined = new ByteArrayOutputStream(directory.length + 1 + name.length);
        joined.writeBytes(directory);
        joined.write('/');
        joined.writeBytes(name);
        return joined.toByteArray();
    }

    private static List<byte[]> split(byte[] path) {
        List<byte[]> elements = new ArrayList<>();
        int start = 0;
        for (int end = 0; end <= path.length; end++) {
            if (end == path.length || path[end] == ':') {
                elements.add(java.util.Arrays.copyOfRange(path, start, end));
                start = end + 1;
            }
        }
        return elements;
    }
}
