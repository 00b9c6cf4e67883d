package dev.leash.internal.service;

import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group: what the group knows of it, and does to it. The phase that follows may be told before the call
 * returns. One is equal to itself only. For the thread that uses the {@link GroupTable}.
 */
public abstract class GroupMember {
    static final String OUTDATED = "its description has changed";

    private final String name;

    /** The name without the number of a replica. */
    private final String family;

    Phase phase = Phase.STOPPED;

    /** Its place in the order of the start. */
    int place;

    boolean essential;

    /** Whether it shall run. */
    boolean wanted;

    /** Whether it is to be stopped before it is started again, since another one has ended. */
    boolean cycled;

    /** Whether what runs is not what it is now described as: it is to be stopped and started. */
    boolean outdated;

    /** Why it was told to end or to restart by itself; null if it was not. */
    @Nullable
    String told;

    /** Whether the group does not have it any more: it goes when it is over. */
    boolean leaving;

    /** With which it was stopped, as that had failed for good. */
    @Nullable
    GroupMember fallenWith;

    /** Whether it is down until somebody starts another one again, which has failed for good. */
    boolean blocked;

    /** Those that have to be ready, and those that have to have succeeded, before it is started. */
    Set<GroupMember> afterReady = Set.of();

    Set<GroupMember> afterDone = Set.of();

    /** In {@link #needs}: no other one of its group has it, not even one that leaves. */
    int number;

    /** The numbers of those that are stopped after it: all that it depends on, also through others. */
    final BitSet needs = new BitSet();

    protected GroupMember(String name) {
        this.name = name;
        this.family = name.replaceFirst("\\.[0-9]+$", "");
    }

    public final String name() {
        return name;
    }

    /** Whether both may want the same port: they are replicas of one service, or one is all of it. */
    final boolean isKin(GroupMember other) {
        return family.equals(other.family);
    }

    /** Starts it. */
    protected abstract void start();

    /** Ends it; also one that already is stopping, for another reason. */
    protected abstract void stop(String why);

    /** Ends it, and it waits for its start; one that somebody else has told to stop stays stopped. */
    protected abstract void cycle(String why);

    /**
     * It waits for its start.
     *
     * @param blocked whether what it waits for has failed for good
     */
    protected abstract void hold(String why, boolean blocked);

    /** It is over, and belongs to the group no more. */
    protected abstract void left();

    /** Whether {@code other} is stopped after it. */
    final boolean needs(GroupMember other) {
        return needs.get(other.number);
    }

    final boolean runs() {
        return phase == Phase.STARTING || phase == Phase.READY || phase == Phase.UNREADY;
    }

    final boolean isDown() {
        return isOver() || phase == Phase.WAITING;
    }

    final boolean isOver() {
        return phase == Phase.STOPPED || phase == Phase.DONE || phase == Phase.FAILED;
    }

    /** Whether it has succeeded, and is not about to run again. */
    final boolean isDone() {
        return phase == Phase.DONE && !wanted;
    }

    /** Whether its run ends, or has to. */
    final boolean isEnding() {
        return !wanted || cycled || outdated;
    }

    final void unwant() {
        wanted = false;
        cycled = false;
    }

    /** Whether it is to be told to end. */
    final boolean mustEnd() {
        return switch (phase) {
            case STARTING, READY, UNREADY -> isEnding();
            case BACKING_OFF -> !wanted || outdated;
            case WAITING -> !wanted;
            case STOPPED, DONE, FAILED, STOPPING -> false;
        };
    }

    /** @param whyNot why its group does not want it, if that is the reason */
    final String whyEnding(String whyNot) {
        if (leaving) {
            return "its group has it no more";
        }
        if (told != null) {
            return told;
        }
        if (outdated) {
            return OUTDATED;
        }
        return cycled ? "another of its group has ended, with which it is restarted" : whyNot;
    }

    /** Looks whether it is blocked, when it is known of those that it needs. */
    final void lookWhetherBlocked() {
        blocked = wanted && isDown() && (hasFailed(afterReady) || hasFailed(afterDone));
    }

    private static boolean hasFailed(Set<GroupMember> others) {
        for (GroupMember other : others) {
            if (other.blocked || (other.phase == Phase.FAILED && !other.wanted)) {
                return true;
            }
        }
        return false;
    }

    /** What it has to wait for; null if there is nothing. */
    final @Nullable String obstacle() {
        for (GroupMember other : afterReady) {
            boolean ready = other.phase == Phase.READY || other.phase == Phase.UNREADY;
            if (!other.isDone() && (!ready || other.isEnding())) {
                return other.name + (other.phase == Phase.FAILED ? ", which has failed" : " to be ready");
            }
        }
        for (GroupMember other : afterDone) {
            if (!other.isDone()) {
                return other.name + (other.phase == Phase.FAILED ? ", which has failed" : " to succeed");
            }
        }
        return null;
    }
}
