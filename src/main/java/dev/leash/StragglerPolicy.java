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
     * They live on. Captured output that they may still write is read for the drain time and then given up. If the
     * JVM is the first process of a container, or a subreaper, they become its children, and the caller has to
     * provide for their reaping when they end, for example by an init in front of the JVM.
     */
    LEAVE
}
