package dev.leash.internal.run;

import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.proc.PipeHolders;
import java.util.List;
import java.util.Map;

/** Finds out which processes hold the pipes of a run. On a virtual thread, since it reads a lot of /proc. */
final class HolderSearch {
    private HolderSearch() {}

    /**
     * Starts a search, which records what it finds. If no thread is available, no holder is named. For the loop's
     * thread.
     */
    static void start(LoopScope loop, List<Integer> pipes, Findings findings) {
        try {
            Thread.ofVirtual().name("leash-holders").start(() -> {
                Map<Integer, String> holders = PipeHolders.of(pipes);
                loop.execute(() -> findings.pipeHolders(holders));
            });
        } catch (OutOfMemoryError e) {
            // The run goes on all the same.
        }
    }
}
