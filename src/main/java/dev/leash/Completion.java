package dev.leash;

/**
 * The outcome of one command of a batch, see {@link Supervisor#runAll(Iterable, int)}. A program that could not be
 * started is an outcome too: it does not end the batch.
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
    /** The index of the command in the batch, from 0. */
    long index();

    /** The command that was to be run. */
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
     * @throws IllegalStateException if the outcome cannot be determined
     */
    Result orThrow() throws RunFailedException, SpawnException;

    /** The run has ended, whatever its cause and status. */
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

    /** The outcome of the run cannot be determined, see {@link Child#result()}. This is rare. */
    record Lost(long index, Command command, IllegalStateException failure) implements Completion {
        @Override
        public Result orThrow() {
            throw failure;
        }
    }
}
