package dev.leash.cli.caller;

import static dev.leash.internal.sys.SignalNumbers.FIRST_OF_LIBC;
import static dev.leash.internal.sys.SignalNumbers.LAST_OF_LIBC;
import static dev.leash.internal.sys.SignalNumbers.SIGCHLD;
import static dev.leash.internal.sys.SignalNumbers.SIGILL;
import static dev.leash.internal.sys.SignalNumbers.SIGKILL;
import static dev.leash.internal.sys.SignalNumbers.SIGSEGV;
import static dev.leash.internal.sys.SignalNumbers.SIGSTOP;

import dev.leash.Command;
import dev.leash.cli.io.RawText;
import dev.leash.cli.run.ForegroundJob;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.sys.EnvironmentBlock;
import dev.leash.internal.sys.SignalDispositions;
import dev.leash.internal.sys.SignalSet;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The context of the caller of {@code leash}, before the launcher and the JVM changed it: arguments, environment,
 * descriptors and signals. The launcher, {@code leash.sh}, has recorded it; its first comment lists how. Without the
 * launcher (from a class path) it is the JVM's.
 */
public final class CallerContext {
    private static final String ENVIRON = "LEASH_ENVIRON_";

    /** HotSpot needs SEGV and, on some machines, ILL; if CHLD were ignored, exit statuses would be lost. */
    private static final long NOT_TO_BE_IGNORED =
            SignalSet.bits(SIGILL, SIGKILL, SIGSEGV, SIGCHLD, SIGSTOP, FIRST_OF_LIBC, LAST_OF_LIBC);

    private final @Nullable List<byte[]> environment;

    private CallerContext(@Nullable List<byte[]> environment) {
        this.environment = environment;
    }

    public static CallerContext find() throws IOException {
        int pieces = Integer.getInteger("leash.environ", -1);
        return new CallerContext(pieces < 0 ? null : recordedEnvironment(pieces));
    }

    private static List<byte[]> recordedEnvironment(int count) throws IOException {
        // Not from System.getenv, which decodes the whole environment.
        byte[][] pieces = new byte[count][];
        for (byte[] entry : RawText.entries(readFile("/proc/self/environ"))) {
            if (entry.length > ENVIRON.length() && entry[0] == 'L') {
                String text = RawText.of(entry);
                if (text.startsWith(ENVIRON)) {
                    int equals = text.indexOf('=');
                    int index = Integer.parseInt(text.substring(ENVIRON.length(), equals));
                    pieces[index] = Base64.getDecoder().decode(text.substring(equals + 1));
                }
            }
        }
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            block.writeBytes(piece);
        }
        return RawText.entries(block.toByteArray());
    }

    /** The last {@code count} arguments of this process, as {@link RawText}: {@code main} gets decoded ones. */
    public static List<String> arguments(int count) throws IOException {
        List<byte[]> all = RawText.entries(readFile("/proc/self/cmdline"));
        List<String> arguments = new ArrayList<>(count);
        for (byte[] argument : all.subList(all.size() - count, all.size())) {
            arguments.add(RawText.of(argument));
        }
        return arguments;
    }

    private static byte[] readFile(String path) throws IOException {
        try (FileInputStream file = new FileInputStream(path)) {
            return file.readAllBytes();
        }
    }

    /** The name that {@code leash} was called with, without the directory. */
    public static String calledAs() {
        return System.getProperty("leash.name", "leash");
    }

    /**
     * Whether the launcher has started this JVM: then, for example, the JVM has no files of its own at descriptors 0,
     * 1 and 2.
     */
    public static boolean isLaunched() {
        return System.getProperty("leash.sigign") != null;
    }

    /** The caller's environment; null if the JVM's is the same. */
    public @Nullable List<byte[]> environment() {
        return environment;
    }

    /** The same context without some environment variables. */
    public CallerContext without(Set<String> names) {
        List<byte[]> entries = entries();
        List<byte[]> left = new ArrayList<>(entries);
        left.removeIf(entry -> names.contains(RawText.of(entry).split("=", 2)[0]));
        return left.size() == entries.size() ? this : new CallerContext(left);
    }

    private List<byte[]> entries() {
        return environment != null ? environment : EnvironmentBlock.own();
    }

    /**
     * The environment with {@code assignments} in place of the variables of those names; null if the JVM's is the
     * same.
     *
     * @param assignments each {@code NAME=VALUE}, or {@code NAME} to remove a variable
     */
    public @Nullable List<byte[]> environmentWith(List<String> assignments) {
        if (assignments.isEmpty()) {
            return environment();
        }
        // By name: the last assignment of each, in the order of the last ones. There may be thousands.
        Map<String, String> assigned = new LinkedHashMap<>();
        for (String assignment : assignments) {
            String name = name(assignment);
            assigned.remove(name);
            assigned.put(name, assignment);
        }
        List<String> entries = new ArrayList<>();
        for (byte[] bytes : entries()) {
            String entry = RawText.of(bytes);
            // An entry without '=' has no name, and is kept.
            if (entry.indexOf('=') < 0 || !assigned.containsKey(name(entry))) {
                entries.add(entry);
            }
        }
        for (String assignment : assigned.values()) {
            if (assignment.indexOf('=') >= 0) {
                entries.add(assignment);
            }
        }
        return RawText.bytes(entries);
    }

    private static String name(String entry) {
        int equals = entry.indexOf('=');
        return equals < 0 ? entry : entry.substring(0, equals);
    }

    /** A descriptor of the caller's current directory if that has been deleted; otherwise -1, and it is the JVM's. */
    public int deletedDirectory() {
        return Integer.getInteger("leash.cwdfd", -1);
    }

    /**
     * {@code command} in the environment of {@link #environmentWith}, and with the caller's blocked and ignored
     * signals.
     */
    public Command given(Command command, @Nullable List<byte[]> entries, SpawnAttributes signals) {
        CommandAccess access = CommandAccess.get();
        Command given = access.attributes(command, signals);
        return entries == null ? given : access.environment(given, entries);
    }

    /** The attributes of a program that leads its own group; for any number of starts. */
    public SpawnAttributes signalsOfGroup() {
        return SpawnAttributes.create(true, defaultsOfChild(), blockedSignals());
    }

    /** The attributes of a program that leads its own session; for any number of starts. */
    public SpawnAttributes signalsOfSession() {
        return SpawnAttributes.createSession(defaultsOfChild(), blockedSignals());
    }

    /** Whether the caller had the standard stream {@code fd} closed. */
    boolean isClosed(int fd) {
        return hasClosed(fd);
    }

    /** The same, before a context is made. */
    public static boolean hasClosed(int fd) {
        return numbers("leash.closed").contains(fd);
    }

    /** The caller's descriptors above 2. */
    List<Integer> otherDescriptors() {
        return numbers("leash.fds");
    }

    /** Descriptors that the launcher has opened so that the JVM does not take their numbers. */
    List<Integer> reservedDescriptors() {
        return numbers("leash.reserved");
    }

    private static List<Integer> numbers(String property) {
        List<Integer> numbers = new ArrayList<>();
        String list = System.getProperty(property, "");
        int start = 0;
        while (start < list.length()) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            numbers.add(Integer.valueOf(list.substring(start, end)));
            start = end + 1;
        }
        return numbers;
    }

    /** The signals that the caller had blocked, bit n-1 for signal n. */
    public long blockedSignals() {
        return signalSet("leash.sigblk");
    }

    /** The signals that the caller had ignored, bit n-1 for signal n. */
    public long ignoredSignals() {
        return signalSet("leash.sigign");
    }

    /** Whether the caller had {@code signal} ignored. */
    public static boolean ignores(int signal) {
        return SignalSet.contains(signalSet("leash.sigign"), signal);
    }

    private static long signalSet(String property) {
        String hex = System.getProperty(property, "");
        return hex.isEmpty() ? 0 : Long.parseUnsignedLong(hex, 16);
    }

    /**
     * Ignores the signals again that the caller ignored and HotSpot handles, such as PIPE and XFSZ, so that a child
     * inherits that. This process does not need what HotSpot uses them for, except SEGV and ILL.
     */
    public void ignoreAgain() {
        SignalDispositions.ignoreAll(ignoredSignals() & ~NOT_TO_BE_IGNORED);
    }

    /**
     * The signals that a child has to reset to default: those that this process ignores but its caller did not, and
     * the two that the C library keeps for itself, which its posix_spawn(3) otherwise leaves ignored.
     */
    public long defaultsOfChild() {
        long ours = SignalSet.bits(ForegroundJob.SIGTTIN, ForegroundJob.SIGTTOU, FIRST_OF_LIBC, LAST_OF_LIBC);
        return ours & ~ignoredSignals();
    }
}
