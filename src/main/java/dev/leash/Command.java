package dev.leash;

import dev.leash.internal.contain.CgroupLimits;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spec.ProgramSpec.TerminalSize;
import dev.leash.internal.sys.SpawnAttributes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to run, and under which rules. Immutable: each method that sets something returns a new command, so one can be
 * kept, varied, and started any number of times from any thread. Two with the same settings are equal.
 *
 * {@snippet class="dev.leash.examples.Commands" region="build"}
 *
 * <p>The program is looked up in the PATH of the environment that the child gets; a name with a slash is a path,
 * which counts from the child's directory if it is relative. Text becomes bytes as UTF-8, whatever the locale; where
 * a program or a file name is in another encoding, there are methods that take bytes.
 */
public final class Command {
    /** The highest descriptor that a child can be given: what every process may have open. */
    private static final int HIGHEST_DESCRIPTOR = 255;

    private final CommandSettings draft;

    private Command(CommandSettings draft) {
        this.draft = draft;
    }

    /** Never changed. */
    CommandSettings draft() {
        return draft;
    }

    /**
     * A program and its arguments. No shell is involved: each string reaches the program as it is. Only a text file
     * without {@code #!} is given to {@code /bin/sh}, as execvp(3) does; one with a NUL in its first line is not.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static Command of(String... arguments) {
        return of(Arrays.asList(arguments));
    }

    /**
     * A program and its arguments.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static Command of(List<String> arguments) {
        List<byte[]> bytes = new ArrayList<>();
        for (String argument : arguments) {
            bytes.add(utf8("argument", argument));
        }
        return ofBytes(bytes);
    }

    /**
     * A program and its arguments, each as the bytes that the program will see, without the NUL at the end.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public static Command ofBytes(List<byte[]> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        CommandSettings draft = new CommandSettings();
        draft.arguments = GrowingList.of(arguments.stream().map(byte[]::clone).toList());
        return new Command(draft);
    }

    /** A line for {@code /bin/sh -c}. Whatever is put into the line from outside must be quoted by the caller. */
    public static Command shell(String line) {
        return of("/bin/sh", "-c", line);
    }

    /** More arguments at the end. */
    public Command args(String... more) {
        GrowingList<byte[]> all = draft.arguments;
        for (String argument : more) {
            all = all.plus(utf8("argument", argument));
        }
        return arguments(all);
    }

    /** One more argument at the end, as bytes. */
    public Command arg(byte[] argument) {
        return arguments(draft.arguments.plus(argument.clone()));
    }

    private Command arguments(GrowingList<byte[]> arguments) {
        return with(changed -> changed.arguments = arguments);
    }

    /**
     * Starts the program by another one, which changes its own process and then executes the program in its place:
     * {@code nice}, {@code taskset}, {@code prlimit}, {@code setpriv}, {@code chroot} and their like. The process
     * stays the same, so the settings hold from the program's first instruction on. Of two prefixes the later one
     * comes first.
     *
     * {@snippet class="dev.leash.examples.Commands" region="prefix"}
     *
     * <p>If the program itself cannot be executed, the prefix says so, usually on standard error and with exit code
     * 126 or 127: no {@link SpawnException} is thrown.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public Command prefix(String... prefix) {
        List<byte[]> all = new ArrayList<>();
        for (String argument : prefix) {
            all.add(utf8("prefix", argument));
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a prefix needs a program");
        }
        all.addAll(draft.arguments);
        return arguments(GrowingList.of(all));
    }

    /**
     * Limits a resource of the program, and of each process that it starts, from its first instruction on; see
     * getrlimit(2). Default: the limit of the JVM. This setting and the next five each make a start some milliseconds
     * longer.
     *
     * {@snippet class="dev.leash.examples.Commands" region="rlimit"}
     *
     * @param value for the soft limit and the hard one; {@link Rlimit#UNLIMITED} for none. For {@link Rlimit#CPU} the
     *     hard limit is one second more, unless the JVM's own is {@code value}: so SIGXCPU ends the program, which
     *     {@link Result#limitsReached} reports, and KILL only if it ignores SIGXCPU. A start fails with {@link
     *     SpawnException.Kind#SETTING} if the value exceeds the JVM's own hard limit, except for root
     * @throws IllegalArgumentException if it is negative
     */
    public Command rlimit(Rlimit limit, long value) {
        boolean roomy = limit == Rlimit.CPU && value != Rlimit.UNLIMITED;
        return rlimit(limit, value, roomy ? value + 1 : value, roomy);
    }

    /**
     * Like {@link #rlimit(Rlimit, long)}, with a soft limit that the program itself may raise up to the hard one.
     *
     * @throws IllegalArgumentException if one is negative, or the soft limit is above the hard one
     */
    public Command rlimit(Rlimit limit, long soft, long hard) {
        return rlimit(limit, soft, hard, false);
    }

    private Command rlimit(Rlimit limit, long soft, long hard, boolean roomy) {
        if (soft < 0 || hard < soft) {
            throw new IllegalArgumentException(
                    limit + " needs a soft limit from 0 to the hard one, not " + soft + " and " + hard);
        }
        return with(changed -> changed.settings =
                draft.settings.withLimit(new ProcessSettings.Limit(limit.name(), limit.number(), soft, hard, roomy)));
    }

    /**
     * The niceness that the program starts with, see setpriority(2): from -20, the highest priority, to 19. Only root
     * may set a lower value than the JVM's own. Default: that of the starting thread.
     *
     * @throws IllegalArgumentException if it is out of that range
     */
    public Command nice(int niceness) {
        requireRange("nice", niceness, -20, 19);
        return with(changed -> changed.settings = draft.settings.withNiceness(niceness));
    }

    /**
     * The processors that the program may run on, by their numbers from 0; see sched_setaffinity(2). Default: those
     * of the starting thread.
     *
     * @throws IllegalArgumentException if there is none, or a number is negative or above 65535. If none of them is
     *     there, or allowed to the JVM, a start fails with {@link SpawnException.Kind#SETTING}
     */
    public Command cpuAffinity(int... cpus) {
        if (cpus.length == 0) {
            throw new IllegalArgumentException("cpuAffinity needs a processor to run on");
        }
        for (int cpu : cpus) {
            requireRange("cpuAffinity", cpu, 0, 65_535);
        }
        List<Integer> numbers = Arrays.stream(cpus).boxed().toList();
        return with(changed -> changed.settings = draft.settings.withCpus(numbers));
    }

    /**
     * The rule by which the kernel gives the program the processor, see sched(7). Default: that of the starting thread.
     *
     * @throws IllegalArgumentException if it is a policy of real time, which needs a {@linkplain
     *     #scheduling(SchedulingPolicy, int) priority}
     */
    public Command scheduling(SchedulingPolicy policy) {
        if (policy.isRealTime()) {
            throw new IllegalArgumentException("scheduling by " + policy + " needs a priority");
        }
        return scheduled(policy, 0);
    }

    /**
     * A rule of real time. A program that is always busy then keeps all others from its processor, Leash too if there
     * is no other: a deadline may be seen late. A start fails with {@link SpawnException.Kind#SETTING} if the JVM lacks
     * the right, see {@link SchedulingPolicy#isRealTime}.
     *
     * @param priority 1 to 99, the highest
     * @throws IllegalArgumentException if it is out of that range, or {@code policy} is not of real time
     */
    public Command scheduling(SchedulingPolicy policy, int priority) {
        if (!policy.isRealTime()) {
            throw new IllegalArgumentException("scheduling by " + policy + " knows no priority");
        }
        requireRange("scheduling's priority", priority, 1, 99);
        return scheduled(policy, priority);
    }

    private Command scheduled(SchedulingPolicy policy, int priority) {
        return with(changed -> changed.settings = draft.settings.withScheduling(
                new ProcessSettings.Scheduling(policy.name(), policy.number(), priority)));
    }

    /**
     * Added to the score by which the kernel chooses a process to kill when memory runs out: from -1000, never, to
     * 1000, first of all; see proc_pid_oom_score_adj(5). Only root may set a lower value than the JVM's own. Default:
     * that of the JVM.
     *
     * @throws IllegalArgumentException if it is out of that range
     */
    public Command oomScoreAdjustment(int adjustment) {
        requireRange("oomScoreAdjustment", adjustment, -1000, 1000);
        return with(changed -> changed.settings = draft.settings.withOomScoreAdjustment(adjustment));
    }

    /**
     * The mode bits that are cleared in files that the program creates, see umask(2): {@code 0077} makes them private
     * to its user. It also applies to files that a redirect of this command creates. Default: that of the JVM. It
     * needs unshare(2), which some containers forbid: the start then fails and says so.
     *
     * @throws IllegalArgumentException if it is not from 0 to 0777
     */
    public Command umask(int mask) {
        requireRange("umask", mask, 0, 0777);
        return with(changed -> changed.settings = draft.settings.withUmask(mask));
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", not " + value);
        }
    }

    /**
     * Sets a variable of the child's environment, which otherwise is the JVM's, byte for byte.
     *
     * @throws IllegalArgumentException if the name is empty or holds a {@code =}
     */
    public Command env(String name, String value) {
        return env(utf8("name", name), utf8("value", value));
    }

    /**
     * Sets a variable of the child's environment, as bytes.
     *
     * @throws IllegalArgumentException if the name is empty or holds a {@code =}
     */
    public Command env(byte[] name, byte[] value) {
        return environment(draft.environment.set(name, value));
    }

    /**
     * Sets variables of the child's environment, as if one after the other by {@link #env(String, String)}, in the
     * order of the map.
     *
     * @throws IllegalArgumentException if a name is empty or holds a {@code =}
     * @throws NullPointerException if there is a null in the map
     */
    public Command env(Map<String, String> variables) {
        Environment environment = draft.environment;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            environment = environment.set(utf8("name", variable.getKey()), utf8("value", variable.getValue()));
        }
        return environment(environment);
    }

    /** Removes a variable from the child's environment; without effect if there is none of that name. */
    public Command unsetEnv(String name) {
        return environment(draft.environment.unset(utf8("name", name)));
    }

    /** Starts from an empty environment: the child gets what {@link #env} sets after this call, and nothing else. */
    public Command clearEnv() {
        return environment(Environment.EMPTY);
    }

    /** Replaces the whole environment. */
    Command environment(Environment environment) {
        return with(changed -> changed.environment = environment);
    }

    /** The directory to start in. The JVM's own is not changed. Default: the working directory of the JVM. */
    public Command directory(Path directory) {
        return directory(NativePath.bytes(directory));
    }

    /** The directory to start in, as bytes. */
    public Command directory(byte[] directory) {
        return with(changed -> changed.directory = new Directory.Path(directory.clone()));
    }

    /** The directory to start in, as an open descriptor of the JVM. */
    Command directory(int fd) {
        return with(changed -> changed.directory = new Directory.Descriptor(fd));
    }

    /** The attributes to start with instead of clean ones: signals blocked or ignored. */
    Command attributes(SpawnAttributes attributes) {
        return with(changed -> changed.attributes = attributes);
    }

    /** Where standard input comes from. Default: {@link Stdin#empty()}. In a pipeline: that of the first program. */
    public Command stdin(Stdin stdin) {
        Objects.requireNonNull(stdin, "stdin");
        if (!draft.upstream.isEmpty()) {
            List<Command> upstream = new ArrayList<>(draft.upstream);
            upstream.set(0, upstream.getFirst().stdin(stdin));
            return with(changed -> changed.upstream = List.copyOf(upstream));
        }
        return with(changed -> changed.inputs = CommandSettings.changed(draft.inputs, 0, stdin));
    }

    /** Where standard output goes. Default: {@link Output#capture()}. */
    public Command stdout(Output stdout) {
        Objects.requireNonNull(stdout, "stdout");
        return with(changed -> changed.outputs = CommandSettings.changed(draft.outputs, 1, stdout));
    }

    /** Where standard error goes. Default: {@link Output#capture()}. */
    public Command stderr(Output stderr) {
        Objects.requireNonNull(stderr, "stderr");
        return with(changed -> changed.outputs = CommandSettings.changed(draft.outputs, 2, stderr));
    }

    /** Standard error goes where standard output goes, both in the order in which they were written. */
    public Command mergeStderr() {
        return stderr(Output.merge());
    }

    /**
     * A further descriptor for the child to read from.
     *
     * @param descriptor 3 to 255, as the child sees it
     * @throws IllegalArgumentException if it is out of that range, or if {@code input} is inherited
     */
    public Command input(int descriptor, Stdin input) {
        requireExtra(descriptor);
        Objects.requireNonNull(input, "input");
        if (input.equals(Stdin.inherit())) {
            throw new IllegalArgumentException("descriptor " + descriptor + " of the JVM is its own: not inherited");
        }
        return anyInput(descriptor, input);
    }

    Command anyInput(int descriptor, Stdin input) {
        return with(changed -> {
            changed.inputs = CommandSettings.changed(draft.inputs, descriptor, input);
            changed.outputs = CommandSettings.without(draft.outputs, descriptor);
        });
    }

    /**
     * A further descriptor for the child to write to; captured bytes are in {@link Result#output(int)}.
     *
     * {@snippet class="dev.leash.examples.Commands" region="descriptor"}
     *
     * @param descriptor 3 to 255, as the child sees it
     * @throws IllegalArgumentException if it is out of that range, or if {@code output} is inherited
     */
    public Command output(int descriptor, Output output) {
        requireExtra(descriptor);
        Objects.requireNonNull(output, "output");
        if (output.equals(Output.inherit())) {
            throw new IllegalArgumentException("descriptor " + descriptor + " of the JVM is its own: not inherited");
        }
        return with(changed -> {
            changed.outputs = CommandSettings.changed(draft.outputs, descriptor, output);
            changed.inputs = CommandSettings.without(draft.inputs, descriptor);
        });
    }

    private static void requireExtra(int descriptor) {
        if (descriptor < 3 || descriptor > HIGHEST_DESCRIPTOR) {
            throw new IllegalArgumentException(
                    "a further descriptor is 3 to " + HIGHEST_DESCRIPTOR + ", not " + descriptor);
        }
    }

    /**
     * A terminal of its own as standard input, output and error: for programs that behave differently on a terminal,
     * as with colours and line buffering. The child leads a new session. The bytes of {@link #stdin} are typed into
     * the terminal, followed by the end-of-file character; {@link #stdout} receives all that appears on it, with
     * {@code \r\n} as line ends and an echo of what was typed. {@link Child#resize} changes the size.
     *
     * {@snippet class="dev.leash.examples.Terminal" region="terminal"}
     *
     * <p>Both must pass through Leash: a start with an output that is a file, {@link Output#inherit()} or {@link
     * Output#discard()}, or with an input that is a file or {@link Stdin#inherit()}, is refused with an {@link
     * IllegalArgumentException}.
     *
     * @param columns its width in characters, 1 to 65,535
     * @param rows its height
     * @throws IllegalArgumentException if a size is out of range
     * @throws IllegalStateException if this is a pipeline
     */
    public Command terminal(int columns, int rows) {
        requireSize(columns, rows);
        if (!draft.upstream.isEmpty()) {
            throw new IllegalStateException("a pipeline has pipes where the terminal would be");
        }
        return with(changed -> changed.terminal = new TerminalSize(columns, rows));
    }

    static void requireSize(int columns, int rows) {
        if (columns < 1 || rows < 1 || columns > 0xffff || rows > 0xffff) {
            throw new IllegalArgumentException(
                    "a terminal is 1 to 65,535 wide and high, not " + columns + " x " + rows);
        }
    }

    /**
     * A pipeline: the standard output of this command is the standard input of {@code next}, as in {@code a | b}. It
     * is one run, with one process group, and ends when all its programs have ended. Its rules, such as {@link
     * #timeout} and {@link #stopPlan}, are those of this command, and can be set on the result; program, arguments,
     * environment and output streams of the result are those of {@code next}.
     *
     * {@snippet class="dev.leash.examples.Pipeline" region="pipeline"}
     *
     * <p>The result's status is that of the last program, as in a shell; {@link Result#stages()} has the others.
     *
     * @throws IllegalStateException if one of them has a terminal
     */
    public Command pipeTo(Command next) {
        if (draft.terminal != null || next.draft.terminal != null) {
            throw new IllegalStateException("a pipeline has pipes where the terminal would be");
        }
        List<Command> upstream = new ArrayList<>(stages());
        upstream.addAll(next.draft.upstream);
        CommandSettings piped = new CommandSettings();
        piped.copyProgram(next.draft);
        piped.copyRules(draft);
        piped.upstream = List.copyOf(upstream);
        return new Command(piped);
    }

    /** The programs of a pipeline from left to right, or just this. */
    List<Command> stages() {
        List<Command> stages = new ArrayList<>(draft.upstream);
        CommandSettings last = new CommandSettings();
        last.copyProgram(draft);
        stages.add(new Command(last));
        return stages;
    }

    /** The same, for a look at the programs: a command that is no pipeline is its own. Each start asks for it. */
    List<Command> programs() {
        return draft.upstream.isEmpty() ? List.of(this) : stages();
    }

    /** All three streams are those of the JVM. */
    public Command inheritIo() {
        return stdin(Stdin.inherit()).stdout(Output.inherit()).stderr(Output.inherit());
    }

    /**
     * Ends the run by its {@link #stopPlan} when it has lasted this long. Default: no limit. The deadline has
     * nanosecond resolution and is never early; the kernel's timer may round it up. About 292 years and more count as
     * no limit.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public Command timeout(Duration timeout) {
        return with(changed -> changed.timeoutNanos = Durations.positiveNanos("timeout", timeout));
    }

    /** With a timeout of {@code nanos}, unless its own is shorter. */
    Command within(long nanos) {
        return with(changed -> changed.timeoutNanos = Math.min(draft.timeoutNanos, nanos));
    }

    /**
     * Ends the run by its {@link #stopPlan} when there has been no output for this long, with the cause {@link
     * Cause#IDLE}. Only output that passes through Leash counts; time during which a slow reader holds it back does
     * not. Default: no limit.
     *
     * {@snippet class="dev.leash.examples.Commands" region="idle"}
     *
     * @throws IllegalArgumentException if it is zero or negative; thrown by the start, if no output passes through
     *     Leash
     */
    public Command idleTimeout(Duration idleTimeout) {
        return with(changed -> changed.idleNanos = Durations.positiveNanos("idleTimeout", idleTimeout));
    }

    /**
     * Ends the run by its {@link #stopPlan} when more output than this has come to Leash, all streams together, with
     * the cause {@link Cause#OUTPUT_LIMIT}. The receivers of the output get exactly this much; the rest, also during
     * the stop plan, is {@linkplain Result#outputDropped counted and dropped}. Output that does not pass through
     * Leash, such as output to a file, does not count. Default: no limit except those of the captures.
     *
     * @param limit in bytes
     * @throws IllegalArgumentException if it is negative
     */
    public Command outputLimit(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("an output limit must not be negative: " + limit);
        }
        return with(changed -> changed.outputLimit = limit);
    }

    /** How the run is ended at its deadline and whenever else it has to end. Default: {@link StopPlan#kill()}. */
    public Command stopPlan(StopPlan stopPlan) {
        Objects.requireNonNull(stopPlan, "stopPlan");
        return with(changed -> {
            changed.stopPlan = stopPlan;
            changed.hasOwnStopPlan = true;
        });
    }

    /** What happens to processes that outlive the program. Default: {@link StragglerPolicy#KILL}. */
    public Command stragglers(StragglerPolicy stragglers) {
        return with(changed -> changed.stragglers = Objects.requireNonNull(stragglers, "stragglers"));
    }

    /**
     * How long captured output is still read after the program has exited and its group is gone, if another process
     * holds the pipe; after that the pipe is closed and {@link Result#outputComplete()} is false. It is also the time
     * that processes have to be gone after KILL, with a minimum of five seconds; and the time to wait for a process
     * to which the kernel has refused KILL, see {@link Straggler#refused}. Default: 1 s.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Command drainTime(Duration drainTime) {
        return with(changed -> changed.drainNanos = Durations.nanos("drainTime", drainTime));
    }

    /** Which processes belong to the run. Default: {@link Containment#GROUP}. */
    public Command containment(Containment containment) {
        return with(changed -> changed.containment = Objects.requireNonNull(containment, "containment"));
    }

    /**
     * How much memory all processes of the run together may use; they have no swap. Beyond it the kernel reclaims
     * memory, and if that does not suffice, it kills one of them, see {@link Result#oomKills()}. Implies {@link
     * Containment#CGROUP}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Command memoryLimit(long bytes) {
        requirePositive("memoryLimit", bytes);
        return limits(draft.limits.withMemoryBytes(bytes));
    }

    /**
     * How many processes and threads the run may have at a time. Starting more fails with EAGAIN, which {@link
     * Result#limitsReached} reports. Implies {@link Containment#CGROUP}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Command pidsLimit(long count) {
        requirePositive("pidsLimit", count);
        return limits(draft.limits.withPids(count));
    }

    /**
     * How much processor time all processes of the run together may use, in processors: 0.5 is half of one, 2 all of
     * two. Implies {@link Containment#CGROUP}. {@link Result#cpuThrottling} tells how much that has slowed the run down.
     *
     * @throws IllegalArgumentException if it is less than 0.01
     */
    public Command cpuLimit(double processors) {
        if (!(processors >= 0.01 && processors <= 1_000_000)) {
            throw new IllegalArgumentException("cpuLimit must be from 0.01 to 1000000, not " + processors);
        }
        return limits(draft.limits.withCpuMicros(Math.round(processors * 100_000)));
    }

    /**
     * The processors that all processes of the run may use, by their numbers from 0; see "cpuset.cpus" in
     * cgroup-v2.rst. What {@link #cpuAffinity} sets a process may change; this it may not. Implies {@link
     * Containment#CGROUP}.
     *
     * @throws IllegalArgumentException if there is none, or a number is negative or above 65535. If one of them is not
     *     there, or not given to the JVM's cgroup, a start fails with {@link SpawnException.Kind#CONTAINMENT}
     */
    public Command cpuset(int... cpus) {
        if (cpus.length == 0) {
            throw new IllegalArgumentException("cpuset needs a processor to run on");
        }
        for (int cpu : cpus) {
            requireRange("cpuset", cpu, 0, 65_535);
        }
        return limits(draft.limits.withCpus(Arrays.stream(cpus).boxed().collect(Collectors.toSet())));
    }

    /**
     * How much all processes of the run together may read from a disk in a second; what is in memory already does not
     * count. See "io.max" in cgroup-v2.rst; it needs the controllers io and memory. May be set for several disks. Implies
     * {@link Containment#CGROUP}.
     *
     * @param device the file of a whole disk, such as {@code /dev/sda}; a start fails with {@link
     *     SpawnException.Kind#CONTAINMENT} if it is none
     * @throws IllegalArgumentException if {@code bytesPerSecond} is not positive
     */
    public Command deviceReadLimit(Path device, long bytesPerSecond) {
        requirePositive("deviceReadLimit", bytesPerSecond);
        return limits(draft.limits.withDevice(Objects.requireNonNull(device, "device"), bytesPerSecond, 0));
    }

    /**
     * How much all processes of the run together may write to a disk in a second. What they write to files counts when the
     * kernel writes it to the disk, which it does later, and only for file systems that know whose it is, such as ext4,
     * XFS and Btrfs. Otherwise like {@link #deviceReadLimit}.
     *
     * @throws IllegalArgumentException if {@code bytesPerSecond} is not positive
     */
    public Command deviceWriteLimit(Path device, long bytesPerSecond) {
        requirePositive("deviceWriteLimit", bytesPerSecond);
        return limits(draft.limits.withDevice(Objects.requireNonNull(device, "device"), 0, bytesPerSecond));
    }

    /**
     * Counts these of the run: of its programs from their first instruction on, and of all that they start, until the run
     * has ended. {@link Result#counters} has the numbers, and for each that cannot be had the reason. They replace those
     * that were set before; with none, nothing is counted. Default: nothing.
     *
     * {@snippet class="dev.leash.examples.Measuring" region="counters"}
     *
     * <p>Other programs, also those that the same thread starts at the same time, are not counted: the run is started on a
     * thread of its own, which takes some tenths of a millisecond. What Leash does in the child before it executes the
     * program is not counted either, but a {@link #prefix} is, from the prefix on. Each counter takes a descriptor until
     * the run has ended. What a set-user-ID program does, and one that the user may not read, is not counted by the
     * kernel unless the JVM is root's and the program stays root's.
     *
     * <p>An ordinary user may count what the kernel does for the run only where {@code kernel.perf_event_paranoid} is 1 or
     * less. Otherwise {@link Count.Measured#userModeOnly} is true, and what happens in the kernel only is not available.
     */
    public Command counters(Counter... counters) {
        List<Counter> distinct = Arrays.stream(counters)
                .map(counter -> Objects.requireNonNull(counter, "counter"))
                .distinct()
                .toList();
        return with(changed -> changed.counters = distinct);
    }

    private Command limits(CgroupLimits limits) {
        return with(changed -> {
            changed.limits = limits;
            changed.containment = Containment.CGROUP;
        });
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    private Command with(Consumer<CommandSettings> change) {
        CommandSettings changed = draft.copy();
        change.accept(changed);
        return new Command(changed);
    }

    private static byte[] utf8(String what, String text) {
        return Objects.requireNonNull(text, what).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Whether it is another description of the same run: with the same settings, each of them. What the caller has given,
     * such as a consumer or a stream, is compared by its own {@code equals}.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Command command && command.draft.isSame(draft);
    }

    /** Of the program and its arguments. */
    @Override
    public int hashCode() {
        return Bytes.hash(draft.arguments);
    }

    /**
     * The program and its arguments, quoted for a POSIX shell where that is needed, the programs of a pipeline with a
     * bar between them; NUL and other controls as {@code ?}.
     */
    @Override
    public String toString() {
        return programs().stream()
                .map(stage -> ShellQuoting.quote(stage.draft.arguments))
                .collect(Collectors.joining(" | "));
    }
}
