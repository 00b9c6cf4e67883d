package dev.leash.internal.proc;

import dev.leash.internal.sys.CallState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A name that identifies one JVM: its pid namespace, its pid and the start time of its process. Resources that may
 * outlive a JVM killed together with its guardian carry it, so that a later JVM can tell that they are stale.
 */
public final class JvmName {
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
     * The entries of {@code folder} whose name is {@code prefix}, the name of a JVM that has ended, and a suffix.
     * Entries from other pid namespaces cannot be judged and are left out.
     */
    public static List<Path> stale(Path folder, String prefix) throws IOException {
        String numbersOfHere = prefix + pidNamespace() + "-";
        List<Path> stale = new ArrayList<>();
        try (CallState state = CallState.open();
                DirectoryStream<Path> all = Files.newDirectoryStream(folder, numbersOfHere + "*-*-*")) {
            for (Path path : all) {
                List<String> parts = List.of(path.getFileName()
                        .toString()
                        .substring(numbersOfHere.length())
                        .split("-", -1));
                if (!parts.get(0).matches("[0-9]{1,9}")) {
                    continue; // no name of a JVM
                }
                ProcessEntry process = ProcessEntry.read(state, Integer.parseInt(parts.get(0)));
                if (process == null || !Long.toString(process.startTicks()).equals(parts.get(1))) {
                    stale.add(path);
                }
            }
        }
        return stale;
    }
}
