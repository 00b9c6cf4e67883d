package dev.leash.internal.run;

/**
 * All that a {@link RunTable} can do to the world, and ask of it. Nothing here calls back into the table: what happens
 * meanwhile is an event of its own, which comes after the one that is being handled.
 */
interface Effects {
    /** CLOCK_MONOTONIC. */
    long nowNanos();

    /** Sets the one timer of the run: {@code event} happens at {@code dueNanos}. */
    void timer(long dueNanos, Event event);

    void cancelTimer();

    /** Looks whether programs have exited that ran until now. True if none is left. */
    boolean pollPrograms();

    /** The last program was seen to have exited, or the programs are given up: this is when the run's wall time ends. */
    void programsGone();

    /** No output is expected any more. */
    void endIdleTimer();

    /** Before a signal: takes down which processes belong to the run, as long as the kernel shows it. */
    void learnMembers();

    /** Whether every member can be signalled without a search. */
    boolean reachesAll();

    /** Searches for members, then {@link Event#FOUND} happens. With {@code freeze} it stops them, since KILL is next. */
    void search(boolean freeze);

    /**
     * The search, if there is one, does not matter any more. Members that it has stopped, or will stop, are continued, unless
     * {@code kill}: then they are killed.
     */
    void cancelSearch(boolean kill);

    /**
     * Takes a step of the plan: signals the members, those included that the search has found, and continues them.
     *
     * @param last whether this is the plan's KILL
     * @return whether some program refused it
     */
    boolean signal(int signal, boolean last);

    /** Puts down a step of the plan that the sweep is going to take. */
    void recordStep(int signal);

    /** Sends KILL to each program that is left; whether some program refused it. */
    boolean killPrograms();

    /** Whether it is certain, at the cost of one call, that no member is left but the programs. */
    boolean provenEmpty();

    /** Looks until no member is left; then {@link Event#SET_EMPTY} happens. */
    void watchMembers();

    /** Kills the members that are left; then, or after the kill wait, {@link Event#SET_EMPTY} happens. */
    void sweep(boolean killSent);

    /** The programs do not die. Sends KILL once more to all, looks who is left, and {@link Event#SET_EMPTY} happens. */
    void sweepUndying();

    /** Whether members are left that could not be killed. */
    boolean survivors();

    /** From here on the guardian has nothing to do with the run. */
    void leaveGuardian();

    /** Ends the inputs, and reads what is in the pipes, wanted or not. */
    void drain();

    boolean pipesAtEnd();

    /** Starts to look which processes hold the pipes. */
    void lookForHolders();

    /** Takes what is in the pipes, and closes them. */
    void abandonPipes();

    boolean consumersDone();

    /** Interrupts the consumers, and waits for them no longer. */
    void giveUpOnConsumers();

    /** Gives everything back, and tells the result. The last effect. */
    void finish();

    /** Kills what is left, gives everything back, and tells that there is no result. The last effect. */
    void fail(Throwable thrown);

    /** The run was over, and then something went wrong: those that wait are told, if they have not been. */
    void failLate(Throwable thrown);
}
