package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Processes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name that identifies one JVM: its pid namespace, its pid and the start time of its process. Resources that may
 * outlive a JVM killed together with its guardian carry it, so that a later JVM can tell that they are stale.
 */
public final class JvmName {
    /** What follows the namespace: the pid, which has no more digits than an int, the start time, the suffix. */
    private static final Pattern REST = Pattern.compile("([0-9]{1,9})-([0-9]+)-[0-9a-zA-Z]+");

    private JvmName() {}

    /** The name of this JVM. */
    public static String own() throws IOException {
        try (CallState state = CallState.open()) {
            ProcessEntry self =
                    ProcessEntry.read(state, (int) ProcessHandle.current().pid());
            if (self == null) {
                throw new IOException("/proc/self/stat cannot be read");
            }
            return pidNamespace() + "-" + self.pid() + "-" + self.startTicks();
        }
    }

    /** The number of the pid namespace of this JVM, with which its name begins. */
    public static String pidNamespace() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        return link.replaceAll("[^0-9]", "");
    }

    /**
     * The entries of {@code folder} whose name is {@code prefix}, the name of a JVM that has ended, and a suffix of
     * letters and digits. Entries from other pid namespaces cannot be judged and are left out, as are those of a
     * process that may not be looked at: a mount option of /proc may hide even one of the same user, see proc(5).
     */
    public static List<Path> stale(Path folder, String prefix) throws IOException {
        String numbersOfHere = prefix + pidNamespace() + "-";
        List<Path> stale = new ArrayList<>();
        try (CallState state = CallState.open();
                DirectoryStream<Path> all = Files.newDirectoryStream(folder, numbersOfHere + "*-*-*")) {
            for (Path path : all) {
                Matcher name = REST.matcher(path.getFileName().toString().substring(numbersOfHere.length()));
                if (name.matches() && hasEnded(state, Integer.parseInt(name.group(1)), name.group(2))) {
                    stale.add(path);
                }
            }
        }
        return stale;
    }

    private static boolean hasEnded(CallState state, int pid, String startTicks) throws IOException {
        ProcessEntry process = ProcessEntry.read(state, pid);
        return process == null
                ? Processes.groupOf(state, pid) == -Errno.ESRCH // one that is hidden has a group
                : !Long.toString(process.startTicks()).equals(startTicks);
    }
}
