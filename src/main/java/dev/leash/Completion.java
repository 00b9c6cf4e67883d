package dev.leash;

/**
 * What became of one command of a batch, see {@link Supervisor#runAll(Iterable, int)}. That a program could not be started
 * is told here, too: it ends its own run, and not the batch.
 *
 * {@snippet :
 * switch (completion) {
 *     case Completion.Ended ended -> System.out.println(ended.result());
 *     case Completion.NotStarted failed -> System.out.println(failed.failure().getMessage());
 *     case Completion.Lost lost -> System.out.println(lost.failure().getMessage());
 * }
 * }
 *
 * Immutable.
 */
public sealed interface Completion {
    /** The place of the command among those of the batch, from 0. */
    long index();

    /** What was to be run. */
    Command command();

    /** Whether the program ended of its own accord, with exit code 0. */
    default boolean succeeded() {
        return false;
    }

    /**
     * The result, if it {@linkplain Result#succeeded succeeded}.
     *
     * @throws RunFailedException if the run did not succeed
     * @throws SpawnException if the program could not be started
     * @throws IllegalStateException where there is no truth to tell
     */
    Result orThrow() throws RunFailedException, SpawnException;

    /** The run has ended, one way or another. */
    record Ended(long index, Result result) implements Completion {
        @Override
        public Command command() {
            return result.command();
        }

        @Override
        public boolean succeeded() {
            return result.succeeded();
        }

        @Override
        public Result orThrow() throws RunFailedException {
            return result.orThrow();
        }
    }

    /** The program could not be started; nothing is left of it. */
    record NotStarted(long index, Command command, SpawnException failure) implements Completion {
        @Override
        public Result orThrow() throws SpawnException {
            throw failure;
        }
    }

    /** There is no truth to tell about the run, see {@link Child#result()}. Hardly ever. */
    record Lost(long index, Command command, IllegalStateException failure) implements Completion {
        @Override
        public Result orThrow() {
            throw failure;
        }
    }
}
