package dev.leash.internal.contain;

import static dev.leash.internal.sys.SignalNumbers.SIGCONT;
import static dev.leash.internal.sys.SignalNumbers.SIGKILL;

import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.internal.contain.MemberSnapshot.Target;
import dev.leash.internal.proc.ProcessEntry;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OwnProcess;
import dev.leash.internal.sys.Processes;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A version 2 cgroup made for one run. A process leaves it only with write permission in the parent cgroup, one write
 * to cgroup.kill kills all of it and no fork escapes, and the kernel reports when it has become empty.
 */
public final class Cgroup implements ProcessSet {
    private final int leaderPid;
    private final Path directory;
    private final CgroupLimits limits;
    private final int events;

    /** An open cgroup.kill: KILL needs no descriptor more, where none may be left. */
    private final int kill;

    private final CgroupFreezer freezer;

    private Cgroup(int leaderPid, Path directory, CgroupLimits limits, int events, int kill) {
        this.leaderPid = leaderPid;
        this.directory = directory;
        this.limits = limits;
        this.events = events;
        this.kill = kill;
        this.freezer = new CgroupFreezer(directory, events);
    }

    /**
     * Makes a cgroup with these limits for a run that has not been started yet.
     *
     * @throws IOException with a message that names the file or permission that is missing
     */
    public static Factory prepare(CgroupLimits limits) throws IOException {
        CgroupRemoval.tryAgain();
        NewCgroup made = Cgroups.create(limits.controllers());
        Path directory = made.directory();
        Prepared prepared = null;
        try {
            LimitFiles.write(directory, limits);
            prepared = new Prepared(made, limits, CgroupHome.path(), openKill(directory));
            return prepared;
        } finally {
            if (prepared == null) {
                made.abandon(CallState.create());
            }
        }
    }

    @Override
    public int signal(CallState state, int signal) {
        if (provenEmpty(state)) {
            return -Errno.ESRCH;
        }
        if (signal == SIGKILL) {
            int answer = Descriptors.write(state, kill, '1');
            return answer == -Errno.ENODEV ? -Errno.ESRCH : answer; // it was removed, and so was empty
        }
        if (signal == SIGCONT) {
            freezer.resumeIfPaused(state);
        }
        return 0; // only KILL has such a file; other signals need a snapshot
    }

    @Override
    public Pausable pausable() {
        return freezer;
    }

    /** {@inheritDoc} The kernel itself kills, whatever user the members have become. */
    @Override
    public boolean needsPermission(int signal) {
        return signal != SIGKILL;
    }

    @Override
    public boolean reachesAll() {
        return false;
    }

    @Override
    public boolean reachesPrograms(int signal) {
        return signal == SIGKILL;
    }

    @Override
    public boolean needsZombieLeader() {
        return false;
    }

    @Override
    public boolean provenEmpty(CallState state) {
        // Must be read through the polled descriptor: that read rearms EPOLLPRI for the next change.
        return CgroupEvents.isEmpty(state, events);
    }

    @Override
    public int eventDescriptor() {
        return events;
    }

    @Override
    public MemberSnapshot snapshot(CallState state, boolean freeze) throws IOException {
        Map<Integer, SeenMember> listed = new HashMap<>();
        List<Straggler> living = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        boolean handedOver = false;
        try {
            for (int pid : members(directory)) {
                SeenMember member = look(state, pid);
                if (member != null) {
                    listed.put(pid, member);
                }
            }
            // A pid that is still listed, and whose process still exists, was that process in between.
            for (int pid : members(directory)) {
                ProcessEntry process = ProcessEntry.read(state, pid);
                if (process == null || !process.alive()) {
                    continue;
                }
                // Never refused: cgroup.kill needs no permission for the single process.
                living.add(Members.of(process, membership(process), false));
                SeenMember member = listed.get(pid);
                if (member != null && member.exists(state)) {
                    targets.add(new Target(member, false));
                }
            }
            handedOver = true;
            return new MemberSnapshot(living, 0, true, targets, List.copyOf(listed.values()));
        } finally {
            if (!handedOver) {
                listed.values().forEach(member -> member.close(state));
            }
        }
    }

    /** The process {@code pid}, which was listed; null if it is gone. */
    private @Nullable SeenMember look(CallState state, int pid) throws IOException {
        int pidfd = Processes.openPidfd(state, pid);
        if (pidfd < 0) {
            return null; // gone, or it cannot be held: then it is found alive, and cgroup.kill reaches it
        }
        ProcessEntry process = null;
        try {
            process = ProcessEntry.read(state, pid);
        } finally {
            if (process == null) {
                Descriptors.close(state, pidfd);
            }
        }
        return process == null ? null : SeenMember.of(state, pidfd, process, membership(process));
    }

    private Membership membership(ProcessEntry process) {
        if (process.pid() == leaderPid) {
            return Membership.LEADER;
        }
        return process.group() == leaderPid ? Membership.GROUP : Membership.CGROUP;
    }

    /** The pids in the cgroup and in those below it, which a member may have made. */
    static Set<Integer> members(Path directory) throws IOException {
        Set<Integer> pids = new HashSet<>();
        try {
            if (listsProcesses(directory)) {
                pids.addAll(Cgroups.processes(directory));
            }
            for (Path below : below(directory)) {
                pids.addAll(members(below));
            }
        } catch (java.nio.file.NoSuchFileException e) {
            return pids; // a member has removed it meanwhile, so it was empty
        }
        return pids;
    }

    /**
     * One below may be threaded, see cgroups(7): its threads belong to processes that the domain lists, and to read its
     * own list is an error, as it is where a domain is invalid and so has none.
     */
    private static boolean listsProcesses(Path directory) throws IOException {
        Path type = directory.resolve("cgroup.type");
        // The root has no such file.
        String text = Files.exists(type)
                ? Files.readString(type, StandardCharsets.US_ASCII).strip()
                : "";
        return !text.equals("threaded") && !text.equals("domain invalid");
    }

    static List<Path> below(Path directory) throws IOException {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, Files::isDirectory)) {
            all.forEach(directories::add);
        }
        return directories;
    }

    @Override
    public boolean bearsMark() {
        return true;
    }

    /** {@inheritDoc} It is its place in the cgroup, whose name no other run has. */
    @Override
    public boolean bearsMark(CallState state, int pid) throws IOException {
        return members(directory).contains(pid);
    }

    @Override
    public CgroupUse use() {
        return CgroupAccount.read(directory, limits);
    }

    /** A new descriptor. */
    private static int openKill(Path directory) throws IOException {
        Cgroups.requireKill(directory);
        Path file = directory.resolve("cgroup.kill");
        try (CallState state = CallState.open()) {
            return SystemCallException.check("open " + file, CgroupFile.open(state, file));
        }
    }

    /** Removes the cgroup. Processes that the run was told to leave are moved to that of this JVM. */
    @Override
    public void close(CallState state) {
        if (OwnProcess.adopts(state)) {
            AdoptedMembers.reapCgroup(directory);
        }
        freezer.close(state);
        Descriptors.close(state, kill);
        Descriptors.close(state, events);
        if (!CgroupRemoval.remove(directory)) {
            CgroupRemoval.take(directory);
        }
    }

    /** A cgroup made for a run that has not been started. */
    private static final class Prepared implements Factory, PreExecHook {
        private final Path directory;
        private final CgroupLimits limits;
        private final int events;
        private final int kill;
        private final int descriptor;
        private final Path home;

        Prepared(NewCgroup made, CgroupLimits limits, Path home, int kill) {
            this.directory = made.directory();
            this.events = made.events();
            this.limits = limits;
            this.home = home;
            this.kill = kill;
            try (CallState state = CallState.open()) {
                this.descriptor = CgroupStarts.descriptor(state, directory);
            }
        }

        @Override
        public ProcessSet of(CallState state, int leaderPid, int leaderPidfd) {
            Descriptors.closeIfOpen(state, descriptor);
            return new Cgroup(leaderPid, directory, limits, events, kill);
        }

        @Override
        public Path cgroup() {
            return directory;
        }

        @Override
        public Path cgroupsHome() {
            return home;
        }

        @Override
        public @Nullable PreExecHook preExecHook() {
            return descriptor < 0 ? this : null;
        }

        @Override
        public int cgroupDescriptor() {
            return descriptor;
        }

        @Override
        public void run(int pid) throws IOException {
            try {
                CgroupFile.write(directory.resolve("cgroup.procs"), Integer.toString(pid));
            } catch (IOException e) {
                throw new IOException(
                        "cannot move a process to " + directory.resolve("cgroup.procs") + ": " + Cgroups.reason(e), e);
            }
        }

        @Override
        public void abandon(CallState state) {
            Descriptors.closeIfOpen(state, descriptor);
            Descriptors.close(state, kill);
            Descriptors.close(state, events);
            if (!CgroupRemoval.remove(directory)) {
                CgroupRemoval.killAndRemove(directory);
            }
        }
    }
}
