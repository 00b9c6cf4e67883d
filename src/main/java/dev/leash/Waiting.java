package dev.leash;

/** Waiting for a child on the thread that has started it. */
final class Waiting {
    private Waiting() {}

    /** The result. An interrupt stops the run by its plan, and is thrown on when the run has ended. */
    static Result orStop(Child child) throws InterruptedException {
        try {
            return child.await();
        } catch (InterruptedException e) {
            child.stop();
            stubbornly(child);
            throw e;
        }
    }

    /** Waits for the end although it may be interrupted again: that ends the run's grace, not the wait. */
    static void stubbornly(Child child) {
        while (true) {
            try {
                child.await();
                return;
            } catch (InterruptedException e) {
                child.kill();
            } catch (IllegalStateException e) {
                return; // what the caller is told of is something else; or this is the loop, which must not wait
            }
        }
    }

    /** @throws IllegalArgumentException if a stream of {@code command} is a pipe, whose other end nothing would hold */
    static void refusePipes(Command command) {
        for (Command stage : command.programs()) {
            boolean piped = stage.draft().inputs.containsValue(Stdin.pipe());
            for (Output output : stage.draft().outputs.values()) {
                piped |= output.isPipe();
            }
            if (piped) {
                throw new IllegalArgumentException(
                        "run gives nobody the other end of a pipe: use start for " + command);
            }
        }
    }
}
