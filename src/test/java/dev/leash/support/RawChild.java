package dev.leash.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.leash.SpawnException;
import dev.leash.internal.spawn.ChildEnvironment;
import dev.leash.internal.spawn.DescriptorAction;
import dev.leash.internal.spawn.Directory;
import dev.leash.internal.spawn.SpawnRequest;
import dev.leash.internal.spawn.Spawner;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SpawnAttributes;
import dev.leash.internal.sys.WaitStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A child that no run owns, for tests of what a run is made of: it leads a group of its own and has a pidfd. Closing kills
 * its group and reaps it. For one thread.
 */
public final class RawChild implements AutoCloseable {
    private static final int SIGKILL = 9;

    private final CallState state = CallState.create();
    private final int pid;
    private final int pidfd;
    private boolean reaped;

    private RawChild(int pid) {
        this.pid = pid;
        this.pidfd = Processes.openPidfd(state, pid);
    }

    /** Starts a program whose output goes nowhere. */
    public static RawChild start(String... command) throws SpawnException {
        return start(ChildEnvironment.INHERITED, command);
    }

    /** The same, with an environment of its own. */
    public static RawChild start(ChildEnvironment environment, String... command) throws SpawnException {
        List<DescriptorAction> discarded = List.of(
                new DescriptorAction.Null(0, false),
                new DescriptorAction.Null(1, true),
                new DescriptorAction.Null(2, true));
        return new RawChild(Spawner.spawn(
                CallState.create(),
                new SpawnRequest(
                        bytes(command), environment, new Directory.Inherited(), discarded, SpawnAttributes.CLEAN, 3),
                new ChildSlot()));
    }

    /** A shell that has started {@code members} sleep(1) in its group, and waits. */
    public static RawChild leader(int members) throws SpawnException {
        String line = "sleep 60 & ".repeat(members) + "wait";
        RawChild leader = start("/bin/sh", "-c", line);
        Eventually.eventually("the members are there", () -> ProcScan.sleepers(leader.pid()) == members);
        return leader;
    }

    private static List<byte[]> bytes(String... words) {
        return new ArrayList<>(
                Arrays.stream(words).map(word -> word.getBytes(UTF_8)).toList());
    }

    public int pid() {
        return pid;
    }

    public int pidfd() {
        return pidfd;
    }

    /** Waits until it is a zombie, and leaves it one. */
    public void awaitExit() {
        Eventually.eventually("it has exited", () -> Processes.hasExited(state, pidfd));
    }

    /** Waits for its end; its status, as wait(2) has it, for a shell's exit code: 128 and the signal's number for a signal. */
    public int reap() {
        // Not by a wait in the kernel, which no timeout of a test would end.
        Eventually.eventually("it has ended", () -> Processes.reap(state, pid) == pid);
        reaped = true;
        WaitStatus status = state.waits().exit();
        return status.signaled() ? 128 + status.signal() : status.code();
    }

    /** Something else has reaped it, or will. */
    public void forget() {
        reaped = true;
    }

    /** Kills it with its group, and reaps it. */
    public void end() {
        if (!reaped) {
            int ignored = Processes.kill(state, -pid, SIGKILL);
            ignored = Processes.signalUnreaped(state, pid, pidfd, SIGKILL);
            reap();
        }
    }

    @Override
    public void close() {
        end();
        Descriptors.close(state, pidfd);
    }
}
