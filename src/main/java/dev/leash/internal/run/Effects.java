package dev.leash.internal.run;

/**
 * All actions and queries of a {@link RunTable} on the outside world. None of them calls back into the table: what
 * happens meanwhile is an event of its own, handled after the current one.
 */
interface Effects {
    /** CLOCK_MONOTONIC. */
    long nowNanos();

    /** Sets the one timer of the run: {@code event} happens at {@code dueNanos}. */
    void timer(long dueNanos, Event event);

    void cancelTimer();

    /** Checks which of the running programs have exited. True if none is left. */
    boolean pollPrograms();

    /** Whether each program that is left is exiting already, so that no signal reaches it any more. */
    boolean programsExit();

    /** The last program has exited, or the programs are given up: the run's wall time ends here. */
    void programsGone();

    /** No output is expected any more. */
    void endIdleTimer();

    /** Before a signal: records which processes belong to the run, while the kernel still shows it. */
    void learnMembers();

    /** Whether every member can be signalled without a search. */
    boolean reachesAll();

    /**
     * Searches for members, then {@link Event#FOUND} happens. With {@code freeze} it stops them, since KILL is next.
     */
    void search(boolean freeze);

    /**
     * Cancels the search, if there is one. Members that it has stopped, or will stop, are continued, or killed if
     * {@code kill}.
     */
    void cancelSearch(boolean kill);

    /**
     * Takes a step of the plan: signals the members, including those that the search has found, and continues them.
     *
     * @param last whether this is the plan's KILL
     * @return whether some program refused it
     */
    boolean signal(int signal, boolean last);

    /** Records a step of the plan that the sweep is going to take. */
    void recordStep(int signal);

    /** Sends KILL to each program that is left. True if it was refused for one. */
    boolean killPrograms();

    /** Whether one system call can prove that no member is left except the programs. */
    boolean provenEmpty();

    /** Checks again and again until no member is left; then {@link Event#SET_EMPTY} happens. */
    void watchMembers();

    /** Kills the members that are left; then, or after the kill wait, {@link Event#SET_EMPTY} happens. */
    void sweep(boolean killSent);

    /**
     * The programs do not die. Sends KILL once more to all and takes a snapshot of the rest; then {@link
     * Event#SET_EMPTY} happens.
     */
    void sweepUndying();

    /** Whether members are left that could not be killed. */
    boolean survivors();

    /** Removes the run from the guardian's table. */
    void leaveGuardian();

    /** Ends the inputs and reads the pipes, even if no reader asks. */
    void drain();

    boolean pipesAtEnd();

    /** Starts the search for the processes that hold the pipes. */
    void lookForHolders();

    /** Reads what is in the pipes, and closes them. */
    void abandonPipes();

    boolean consumersDone();

    /** Interrupts the consumers and stops waiting for them. */
    void giveUpOnConsumers();

    /** Releases everything and reports the result. The last effect. */
    void finish();

    /** Kills what is left, releases everything, and reports that there is no result. The last effect. */
    void fail(Throwable thrown);

    /** An exception came after the end of the run: the waiters are told, if they have not been. */
    void failLate(Throwable thrown);
}
