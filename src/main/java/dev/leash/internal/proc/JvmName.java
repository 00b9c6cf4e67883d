package dev.leash.internal.proc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How things are named that outlive a JVM which is killed together with its guardian, so that the next one can tell that
 * nobody needs them any more: by the pid namespace, the pid, and when the process was started that has it.
 */
public final class JvmName {
    private JvmName() {}

    /** That of this JVM. */
    public static String own() throws IOException {
        ProcessEntry self = ProcessEntry.read((int) ProcessHandle.current().pid());
        if (self == null) {
            throw new IOException("/proc/self/stat cannot be read");
        }
        return pidNamespace() + "-" + self.pid() + "-" + self.startTicks();
    }

    private static String pidNamespace() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        return link.replaceAll("[^0-9]", "");
    }

    /**
     * What there is in {@code folder} whose name is {@code prefix}, the name of a JVM that is gone, and something more. Those
     * of other pid namespaces are not judged.
     */
    public static List<Path> stale(Path folder, String prefix) throws IOException {
        String numbersOfHere = prefix + pidNamespace() + "-";
        List<Path> stale = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, numbersOfHere + "*-*-*")) {
            for (Path path : all) {
                List<String> parts = List.of(path.getFileName()
                        .toString()
                        .substring(numbersOfHere.length())
                        .split("-", -1));
                ProcessEntry process = ProcessEntry.read(parts.get(0));
                if (process == null || !Long.toString(process.startTicks()).equals(parts.get(1))) {
                    stale.add(path);
                }
            }
        }
        return stale;
    }
}
