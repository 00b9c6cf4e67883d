package dev.leash.internal.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which other processes have a pipe of this process open, from /proc/PID/fd: see proc_pid_fd(5). Processes of other
 * users cannot be seen without privilege. Reads a lot; not for the loop's thread.
 */
public final class PipeHolders {
    private static final Path PROC = Path.of("/proc");

    private PipeHolders() {}

    /** Process names by pid. Empty if none is found. */
    public static Map<Integer, String> of(List<Integer> ownDescriptors) {
        Set<String> pipes = new HashSet<>();
        for (int fd : ownDescriptors) {
            try {
                String link =
                        Files.readSymbolicLink(PROC.resolve("self/fd/" + fd)).toString();
                // The master of a terminal does not show which process has its slave open.
                if (link.startsWith("pipe:")) {
                    pipes.add(link);
                }
            } catch (IOException e) {
                // Closed meanwhile: nothing to look for.
            }
        }
        Map<Integer, String> holders = new HashMap<>();
        if (pipes.isEmpty()) {
            return holders;
        }
        int self = (int) ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                int pid = Integer.parseInt(process.getFileName().toString());
                if (pid != self && holdsAny(process, pipes)) {
                    holders.put(pid, name(process));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return holders;
        }
        return holders;
    }

    private static String name(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("comm")), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "?"; // it has just ended
        }
    }

    private static boolean holdsAny(Path process, Set<String> pipes) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (pipes.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It has ended, or may not be looked at.
        }
        return false;
    }
}
