package dev.leash.build;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The list of system calls in docs/containers.md is that of the functions of libc which the library calls. */
@Timeout(60)
class SystemCallsPageTest {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path PAGE = Path.of("docs", "containers.md");

    /** A function in the bindings, or the number of a system call there. */
    private static final Pattern USE = Pattern.compile(
            "\\bLibc\\s*\\.(?:([a-z_][a-z0-9_]*)(?:\\$address\\(|\\.address\\(|\\.makeInvoker\\()|SYS_([a-z0-9_]+))");

    /** What a function of libc calls, on x86-64 and AArch64; those not listed call what they are named after. */
    private static final Map<String, List<String>> CALLS = Map.ofEntries(
            Map.entry("access", List.of("access", "faccessat")),
            Map.entry("epoll_wait", List.of("epoll_wait", "epoll_pwait")),
            Map.entry("eventfd", List.of("eventfd2")),
            Map.entry("eventfd_write", List.of("write")),
            Map.entry("getpgrp", List.of("getpgrp", "getpgid")),
            Map.entry("grantpt", List.of("ioctl")),
            Map.entry("mkfifo", List.of("mknod", "mknodat")),
            Map.entry("open", List.of("open", "openat")),
            Map.entry("posix_openpt", List.of("open", "openat")),
            Map.entry(
                    "posix_spawn",
                    List.of(
                            "clone",
                            "clone3",
                            "execve",
                            "rt_sigprocmask",
                            "rt_sigaction",
                            "setpgid",
                            "setsid",
                            "wait4")),
            Map.entry("prlimit", List.of("prlimit64")),
            Map.entry("pthread_sigmask", List.of("rt_sigprocmask")),
            Map.entry("ptsname_r", List.of("ioctl")),
            Map.entry("sigaction", List.of("rt_sigaction")),
            Map.entry("syscall", List.of()),
            Map.entry("tcgetpgrp", List.of("ioctl")),
            Map.entry("tcsetpgrp", List.of("ioctl")),
            Map.entry("unlockpt", List.of("ioctl")),
            Map.entry("posix_spawn_file_actions_addchdir_np", List.of("chdir")),
            Map.entry("posix_spawn_file_actions_addclose", List.of("close")),
            Map.entry("posix_spawn_file_actions_addclosefrom_np", List.of("close_range")),
            Map.entry("posix_spawn_file_actions_adddup2", List.of("dup2", "dup3")),
            Map.entry("posix_spawn_file_actions_addfchdir_np", List.of("fchdir")),
            Map.entry("posix_spawn_file_actions_addopen", List.of("open", "openat")));

    /** Those that call nothing. */
    private static final Pattern WITHIN_LIBC = Pattern.compile(
            "posix_spawnattr_.*|posix_spawn_file_actions_(init|destroy)|getenv|gnu_get_libc_version|str.*");

    private static Set<String> calls() throws IOException {
        Set<String> calls = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("bindings"))
                    .toList()) {
                Matcher use = USE.matcher(Files.readString(file));
                while (use.find()) {
                    String function = use.group(1);
                    if (function == null) {
                        calls.add(use.group(2));
                    } else if (!WITHIN_LIBC.matcher(function).matches()) {
                        calls.addAll(CALLS.getOrDefault(function, List.of(function)));
                    }
                }
            }
        }
        return calls;
    }

    @Test
    void pageListsWhatTheCodeCalls() throws IOException {
        String list = Files.readString(PAGE).split("```", -1)[1];
        Set<String> listed = new TreeSet<>(Arrays.asList(list.strip().split("\\s+")));
        assertEquals(String.join("\n", calls()), String.join("\n", listed));
    }
}
