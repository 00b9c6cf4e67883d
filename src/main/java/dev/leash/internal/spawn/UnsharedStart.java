package dev.leash.internal.spawn;

import dev.leash.internal.sys.Background;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.CallStates;
import dev.leash.internal.sys.ChildSlot;
import dev.leash.internal.sys.DescriptorTable;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.Handover;
import dev.leash.internal.sys.Spawn;
import dev.leash.internal.sys.SpawnActions;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One posix_spawn(3) on a thread of its own, with a descriptor table of its own: for a libc that cannot close in the
 * child what the child is not given. The thread copies the table, makes all of the copy close-on-exec, and starts the
 * child from there. What other threads open meanwhile is not in the copy, so the child cannot get it.
 *
 * <p>A copy of the table cannot be given back. So the thread ends with the start and serves no other: it would keep
 * open what the JVM has closed long since. What it opened would be open for nobody else, so from the copy on it opens
 * nothing that stays, needs no class that is not loaded yet, and makes no other thread, see {@link Handover}. Nor does it close what the JVM may use on any thread:
 * without the file of its modules a JVM cannot load even the class of the error, and crashes. Until the thread ends, a
 * moment later, the copy holds open what other threads close, as does any child that has not executed its program yet.
 *
 * <p>The child is a child of the process, whichever thread has made it, and any thread can wait for it. It inherits
 * what a new thread inherits from the one that creates it: niceness, processors, umask, directory, seccomp filters. But
 * PR_SET_PDEATHSIG is sent when the thread ends: a program that asks for it in its very first moment may be too early.
 */
final class UnsharedStart implements Runnable {
    /** Below are the standard streams. */
    private static final int FIRST_PRIVATE = 3;

    private static final File OWN_DESCRIPTORS = new File("/proc/thread-self/fd");

    private final SpawnRequest request;
    private final MemorySegment path;
    private final SpawnActions actions;
    private final MemorySegment argv;
    private final MemorySegment envp;
    private final ChildSlot born;

    /** Borrowed by the caller, for the thread. */
    private final CallState state = CallStates.borrow();

    private final Handover handover = new Handover();
    private int result;
    private @Nullable Throwable thrown;

    private UnsharedStart(
            SpawnRequest request,
            MemorySegment path,
            SpawnActions actions,
            MemorySegment argv,
            MemorySegment envp,
            ChildSlot born) {
        this.request = request;
        this.path = path;
        this.actions = actions;
        this.argv = argv;
        this.envp = envp;
        this.born = born;
    }

    /**
     * As {@link Spawn#start}, with the holder of the request called on the new thread, which the child is of.
     *
     * @return the pid, or the negated errno, which is EAGAIN where no thread can be started
     */
    static int start(
            SpawnRequest request,
            MemorySegment path,
            SpawnActions actions,
            MemorySegment argv,
            MemorySegment envp,
            ChildSlot born) {
        UnsharedStart start = new UnsharedStart(request, path, actions, argv, envp, born);
        try {
            // Both also load what the thread is going to need, so that it need not.
            Spawn.load();
            int works = DescriptorTable.tryDetach(start.state);
            if (works < 0) {
                return works;
            }
            return start.begin() ? start.await() : -Errno.EAGAIN; // as for a child: the limit counts both
        } finally {
            start.state.adopt();
            CallStates.giveBack(start.state);
        }
    }

    /** False if no thread can be started. */
    private boolean begin() {
        // The child has the name of its thread until it executes its program, and a holder goes by it.
        String name = request.execFifos().isEmpty()
                ? "leash-start"
                : Thread.currentThread().getName();
        try {
            Thread ignored = Thread.ofPlatform()
                    .daemon()
                    .name(name)
                    .inheritInheritableThreadLocals(false)
                    .start(this);
            return true;
        } catch (OutOfMemoryError e) {
            if (Background.isLimit(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Not to be broken off: there may be a child at any moment, and the caller is its owner. */
    private int await() {
        handover.await(() -> {});
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        return result;
    }

    @Override
    public void run() {
        try {
            result = make();
        } catch (RuntimeException | Error e) {
            thrown = e;
        } finally {
            handover.finish();
        }
    }

    private int make() {
        state.adopt();
        List<Integer> sources = sources();
        request.holder().childComes(); // opens files
        int detached = DescriptorTable.detach(state, request.closeFrom());
        if (detached < 0) {
            return detached;
        }
        int child = request.execFifos().isEmpty() ? spawn(actions) : spawnHeld(sources);
        for (int source : sources) {
            // So that no copy of a pipe's end that the child has is left once the start has returned.
            if (source >= FIRST_PRIVATE) {
                int ignored = DescriptorTable.closeOwn(state, source, source); // cannot fail: it is a copy already
            }
        }
        return child;
    }

    private int spawn(SpawnActions with) {
        return Spawn.start(path, with, request.attributes(), argv, envp, born);
    }

    /**
     * A child that waits at a fifo must hold nothing of the JVM's open, not even close-on-exec: the guardian would wait
     * for it. So the child closes each descriptor of the copy. And the thread, which waits as long, closes pipes: others
     * wait for their end.
     */
    private int spawnHeld(List<Integer> sources) {
        String[] open = OWN_DESCRIPTORS.list();
        if (open == null) {
            return -Errno.EMFILE; // no descriptor for the list: there was a /proc when the supervisor was created
        }
        int[] closed = new int[open.length];
        int count = 0;
        for (String number : open) {
            int fd = Integer.parseInt(number);
            if (fd >= FIRST_PRIVATE && !sources.contains(fd) && Descriptors.isPipe(state, fd)) {
                int ignored = DescriptorTable.closeOwn(state, fd, fd);
            } else if (fd >= request.closeFrom()) {
                closed[count++] = fd;
            }
        }
        Arena scratch = Arena.ofConfined(); // not in the header of the try, as in Spawner
        try {
            SpawnActions with = new SpawnActions(scratch);
            try {
                ChildActions.describe(with, scratch, request, false, Arrays.copyOf(closed, count));
                return spawn(with);
            } finally {
                with.close();
            }
        } finally {
            scratch.close();
        }
    }

    /** The descriptors of this process that become the child's. */
    private List<Integer> sources() {
        List<Integer> sources = new ArrayList<>();
        for (DescriptorAction action : request.descriptors()) {
            if (action instanceof DescriptorAction.Duplicate duplicate) {
                sources.add(duplicate.source());
            }
        }
        return sources;
    }
}
