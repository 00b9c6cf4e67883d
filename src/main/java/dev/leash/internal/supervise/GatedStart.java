package dev.leash.internal.supervise;

import dev.leash.internal.contain.Containment.Gate;
import dev.leash.internal.contain.Gatekeeper;
import dev.leash.internal.spawn.SpawnFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** A start during which the child waits at a {@link Gate}, between fork and exec, until it is where it belongs. */
final class GatedStart {
    private static final AtomicLong COUNT = new AtomicLong();

    private GatedStart() {}

    /** Starts on a thread of its own; the calling one keeps the gate meanwhile. */
    static Started start(RunSpec spec, Gate gate) throws SpawnFailure {
        // The kernel keeps 15 bytes of it.
        String name = "leash-" + Long.toString(COUNT.incrementAndGet() % 100_000_000, Character.MAX_RADIX) + "-g";
        CompletableFuture<Started> result = new CompletableFuture<>();
        try {
            Thread ignored = Thread.ofPlatform().daemon().name(name).start(() -> {
                try {
                    result.complete(Starter.start(spec));
                } catch (SpawnFailure | RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
            IOException refused = new Gatekeeper(gate, name).work(result::isDone);
            if (refused != null && result.isCompletedExceptionally()) {
                throw failure(spec, refused);
            }
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SpawnFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("it is done", e);
        } finally {
            gate.dismantle();
        }
    }

    private static SpawnFailure failure(RunSpec spec, IOException e) {
        byte[] program = spec.stages().getFirst().arguments().getFirst();
        return new SpawnFailure(
                SpawnFailure.Kind.CONTAINMENT,
                dev.leash.internal.sys.Errno.EPERM,
                program,
                "could not start " + new String(program, StandardCharsets.UTF_8) + ": " + e.getMessage());
    }
}
