package dev.leash;

/**
 * What happens to the processes of a run that are still alive when its leader, the program itself, has exited.
 *
 * {@snippet class="dev.leash.examples.LeftBehind" region="leave"}
 */
public enum StragglerPolicy {
    /** They are killed, and counted in {@link Result#stragglersKilled()}. */
    KILL,
    /**
     * They live on. Captured output that they may still write is read for the drain time and then given up. Where the JVM is the
     * first process of a container, or a subreaper, they are its children by then, and when they end it is up to the caller to
     * reap them, by an init in front of the JVM for one.
     */
    LEAVE
}
