package dev.leash.internal.start;

import dev.leash.SpawnException;
import dev.leash.internal.contain.PreExecHook;
import dev.leash.internal.spawn.Patience;
import dev.leash.internal.spawn.ProcessSettings;
import dev.leash.internal.spawn.SpawnErrors;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Clock;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.ProcessControls;
import dev.leash.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A start during which each child waits at an {@link ExecFifo}, between fork and exec, until it is in its process set
 * and has the settings of its program. It takes place on a thread of its own; the calling thread runs the hooks
 * meanwhile.
 */
public final class HookedStart implements StartListener {
    static final AtomicLong COUNT = new AtomicLong();
    /** No program needs so few descriptors that are open or can be opened. */
    private static final int FEW = 256;

    private static final long WAITING_PAUSE_NANOS = 5_000_000;

    private final StartResources resources;
    private final RunSpec spec;
    private final ExecFifo fifo;
    private final HookRunner hookRunner;
    private final Patience patience;
    private final String name;
    private final CallState hooksState = CallState.create();
    private volatile ProcessSettings settings = ProcessSettings.NONE;

    /** The umask of the starting thread, which is its own if a program sets one. */
    private int umask;

    private HookedStart(StartResources resources, ExecFifo fifo) {
        this.patience = resources.patience();
        this.resources = resources;
        this.spec = resources.spec();
        this.fifo = fifo;
        // The kernel keeps 15 bytes of it.
        this.name = name(COUNT.incrementAndGet());
        this.hookRunner = new HookRunner(fifo, this::run, name);
    }

    static String name(long number) {
        return "leash-" + Long.toString(number % 100_000_000, Character.MAX_RADIX) + "-g";
    }

    /** A fifo for a run that needs one. */
    static ExecFifo fifo(RunSpec spec) throws SpawnException {
        try {
            return ExecFifo.create();
        } catch (IOException e) {
            throw failure(spec, SpawnException.Kind.CONTAINMENT, e);
        }
    }

    static Started start(StartResources resources, ExecFifo fifo) throws SpawnException {
        return new HookedStart(resources, fifo).start();
    }

    private Started start() throws SpawnException {
        CompletableFuture<Started> result = new CompletableFuture<>();
        try {
            Thread starting = Thread.ofPlatform().daemon().name(name).unstarted(() -> {
                try (CallState state = CallState.open()) {
                    prepareUmask();
                    result.complete(Starter.start(state, resources, this));
                } catch (SpawnException | RuntimeException | Error e) {
                    result.completeExceptionally(e);
                } finally {
                    resources.spawning = false;
                }
            });
            StartThread.begin(resources, starting);
            IOException refused = hookRunner.work(() -> isDone(result));
            if (refused != null && result.isCompletedExceptionally()) {
                boolean setting = refused instanceof SystemCallException;
                throw failure(spec, setting ? SpawnException.Kind.SETTING : SpawnException.Kind.CONTAINMENT, refused);
            }
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SpawnException failure) {
                // What has not come to its exec cannot be what may not be executed.
                boolean refused = failure.errno() == Errno.ENXIO
                        || failure.errno() == Errno.EIO
                        || failure.kind() == SpawnException.Kind.NOT_EXECUTABLE;
                if (refused && hookRunner.hasMissedOne()) {
                    throw failure(spec, SpawnException.Kind.CONTAINMENT, fifo.isOpenedByOthers());
                }
                IOException removed = failure.errno() == Errno.ENOENT ? fifo.isRemovedByOthers() : null;
                if (removed != null) {
                    throw failure(spec, SpawnException.Kind.CONTAINMENT, removed);
                }
                if (failure.errno() == Errno.EMFILE && leavesNoDescriptor()) {
                    throw failure(
                            spec,
                            SpawnException.Kind.SETTING,
                            new SystemCallException(
                                    "its limit NOFILE leaves no descriptor to start it with, open", Errno.EMFILE));
                }
                throw SpawnErrors.again(failure);
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("it is done", e);
        }
    }

    /**
     * While the start waits for another process or a file system, no child is at the fifo, so /proc need not be
     * searched.
     */
    private boolean isDone(CompletableFuture<Started> result) {
        if (patience.isWaiting() && !result.isDone()) {
            Clock.sleep(WAITING_PAUSE_NANOS);
            patience.lookForInterrupt();
        }
        return result.isDone();
    }

    private boolean leavesNoDescriptor() {
        return settings.limits().stream().anyMatch(limit -> limit.name().equals("NOFILE") && limit.soft() < FEW);
    }

    private void run(int pid) throws IOException {
        PreExecHook belonging = resources.prepared().preExecHook();
        if (belonging != null) {
            belonging.run(pid);
        }
        settings.apply(hooksState, pid);
    }

    private void prepareUmask() throws SpawnException {
        if (spec.stages().stream().anyMatch(stage -> stage.settings().umask() != null)) {
            try {
                SystemCallException.check(
                        "no umask of its own, unshare", ProcessControls.detachUmask(CallState.create()));
            } catch (SystemCallException e) {
                throw failure(spec, SpawnException.Kind.SETTING, e);
            }
            umask = ProcessControls.setUmask(0);
            ProcessControls.setUmask(umask);
        }
    }

    @Override
    public void childComes() {
        hookRunner.expectAnother();
    }

    @Override
    public boolean mayHaveMissedOne() {
        return hookRunner.mayHaveMissedOne();
    }

    @Override
    public void born(CallState state, int pid, boolean leader) {
        resources.born(state, pid, leader);
    }

    @Override
    public List<byte[]> execFifos() {
        return fifo.files();
    }

    @Override
    public void stageComes(ProgramSpec stage) {
        boolean masked = settings.umask() != null;
        settings = stage.settings();
        Integer ofStage = settings.umask();
        if (ofStage != null) {
            ProcessControls.setUmask(ofStage);
        } else if (masked) {
            ProcessControls.setUmask(umask);
        }
    }

    static SpawnException failure(RunSpec spec, SpawnException.Kind kind, IOException e) {
        byte[] program = spec.stages().getFirst().arguments().getFirst();
        return SpawnErrors.by(
                e,
                kind,
                e instanceof SystemCallException call ? call.errno() : Errno.EPERM,
                program,
                "could not start " + new String(program, StandardCharsets.UTF_8) + ": " + e.getMessage());
    }
}
