package dev.leash.internal.service;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a group of services decides: who is started and stopped when, and what the end of one means for the others. Pure.
 * For one thread at a time.
 *
 * <p>It keeps for each member whether it shall run. After each change it looks at all: a member that shall run, and does
 * not, is started when those that it needs are so far; one that shall not, and runs, is stopped when those that need it
 * are down.
 */
public final class GroupTable {
    /** What else is restarted when one has ended and is restarted. */
    public enum Strategy {
        ONE_FOR_ONE,
        ONE_FOR_ALL,
        /** Those that come after it in the order of the start. */
        REST_FOR_ONE
    }

    /** What it does to members. The phase that follows may be told before the call returns. */
    public interface Members {
        void start(int member);

        void stop(int member, String why);

        /** It waits for its start. */
        void hold(int member, String why);
    }

    private final GroupOrder order;
    private final Strategy strategy;
    private final boolean[] essential;
    private final Members members;

    private final Phase[] phases;
    private final boolean[] wanted;

    /** Whether it is to be stopped before it is started again, since another one has ended. */
    private final boolean[] cycled;

    private String whyNot = "its group was not started";
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private boolean handling;

    /** @param essential for each member by its place: whether the group ends when it does */
    public GroupTable(GroupOrder order, Strategy strategy, boolean[] essential, Members members) {
        int count = order.names().size();
        this.order = order;
        this.strategy = strategy;
        this.essential = essential.clone();
        this.members = members;
        this.phases = new Phase[count];
        Arrays.fill(phases, Phase.STOPPED);
        this.wanted = new boolean[count];
        this.cycled = new boolean[count];
    }

    /** All shall run. */
    public void start() {
        handle(() -> {
            Arrays.fill(wanted, true);
            Arrays.fill(cycled, false);
        });
    }

    /** None shall run. */
    public void stop(String why) {
        handle(() -> stopAll(why));
    }

    private void stopAll(String why) {
        Arrays.fill(wanted, false);
        Arrays.fill(cycled, false);
        whyNot = why;
    }

    /** A member has come to this phase. */
    public void entered(int member, Phase phase) {
        handle(() -> {
            Phase before = phases[member];
            phases[member] = phase;
            switch (phase) {
                case BACKING_OFF -> cycleOthers(member);
                case FAILED, STOPPED, DONE -> {
                    if (!cycled[member]) {
                        over(member, phase);
                    }
                }
                case STARTING -> {
                    if (isOver(before)) {
                        wanted[member] = true; // somebody has started it by itself
                    }
                }
                case WAITING, READY, UNREADY, STOPPING -> {}
            }
        });
    }

    private void over(int member, Phase phase) {
        if (!wanted[member]) {
            return;
        }
        wanted[member] = false;
        String name = order.names().get(member);
        if (essential[member]) {
            stopAll(name + ", which is essential, has ended");
        } else if (phase == Phase.FAILED && strategy != Strategy.ONE_FOR_ONE) {
            for (int other = 0; other < wanted.length; other++) {
                if (isTied(member, other)) {
                    wanted[other] = false;
                    cycled[other] = false;
                    whyNot = name + " has failed";
                }
            }
        }
    }

    private boolean isTied(int ended, int other) {
        return switch (strategy) {
            case ONE_FOR_ONE -> false;
            case ONE_FOR_ALL -> other != ended;
            case REST_FOR_ONE -> other > ended;
        };
    }

    private void cycleOthers(int ended) {
        for (int other = 0; other < phases.length; other++) {
            if (isTied(ended, other) && wanted[other] && runs(phases[other])) {
                cycled[other] = true;
            }
        }
    }

    // ---- What follows from it.

    private void handle(Runnable change) {
        later.add(change);
        if (handling) {
            return;
        }
        handling = true;
        try {
            for (Runnable next = later.poll(); next != null; next = later.poll()) {
                next.run();
                if (later.isEmpty()) {
                    lookAtAll();
                }
            }
        } finally {
            handling = false;
        }
    }

    private void lookAtAll() {
        boolean cycling = settleCycle();
        for (int member = phases.length - 1; member >= 0; member--) {
            if (mustEnd(member) && !isNeeded(member)) {
                members.stop(member, reason(member));
            }
        }
        for (int member = 0; member < phases.length; member++) {
            if (wanted[member] && isDown(phases[member])) {
                String obstacle = cycling ? "its group, which is restarted" : obstacle(member);
                if (obstacle == null) {
                    members.start(member);
                } else {
                    members.hold(member, obstacle);
                }
            }
        }
    }

    /**
     * Those that were stopped for a restart start again when all of them are down, and the one that has ended has waited
     * for its restart. Whether that is still to come.
     */
    private boolean settleCycle() {
        boolean any = false;
        boolean settled = true;
        for (int member = 0; member < phases.length; member++) {
            any |= cycled[member];
            settled &= !(cycled[member] && !isDown(phases[member]))
                    && !(wanted[member] && phases[member] == Phase.BACKING_OFF);
        }
        if (any && settled) {
            Arrays.fill(cycled, false);
        }
        return any && !settled;
    }

    private String reason(int member) {
        return cycled[member] ? "another of its group has ended, with which it is restarted" : whyNot;
    }

    private boolean mustEnd(int member) {
        return switch (phases[member]) {
            case STARTING, READY, UNREADY -> !wanted[member] || cycled[member];
            case BACKING_OFF, WAITING -> !wanted[member];
            case STOPPED, DONE, FAILED, STOPPING -> false;
        };
    }

    /** By another one that has to be down first, and is not. */
    private boolean isNeeded(int member) {
        for (int other = member + 1; other < phases.length; other++) {
            if (order.needs(other, member) && (!wanted[other] || cycled[other]) && !isDown(phases[other])) {
                return true;
            }
        }
        return false;
    }

    /** What it has to wait for; null if there is nothing. */
    private @Nullable String obstacle(int member) {
        for (int other : order.ready().get(member)) {
            if (phases[other] != Phase.READY && phases[other] != Phase.UNREADY) {
                return order.names().get(other)
                        + (phases[other] == Phase.FAILED ? ", which has failed" : " to be ready");
            }
        }
        for (int other : order.done().get(member)) {
            if (phases[other] != Phase.DONE) {
                return order.names().get(other)
                        + (phases[other] == Phase.FAILED ? ", which has failed" : " to succeed");
            }
        }
        return null;
    }

    private static boolean runs(Phase phase) {
        return phase == Phase.STARTING || phase == Phase.READY || phase == Phase.UNREADY;
    }

    private static boolean isDown(Phase phase) {
        return isOver(phase) || phase == Phase.WAITING;
    }

    private static boolean isOver(Phase phase) {
        return phase == Phase.STOPPED || phase == Phase.DONE || phase == Phase.FAILED;
    }

    /** Whether none runs or is going to, unless somebody says so. */
    public boolean isOver() {
        for (int member = 0; member < phases.length; member++) {
            if (wanted[member] || !isOver(phases[member])) {
                return false;
            }
        }
        return true;
    }

    /** Whether each is ready, or has succeeded. */
    public boolean isReady() {
        for (Phase phase : phases) {
            if (phase != Phase.READY && phase != Phase.DONE) {
                return false;
            }
        }
        return true;
    }

    /** A member because of which it will not be ready by itself; -1 if there is none. */
    public int obstacle() {
        for (int member = 0; member < phases.length; member++) {
            if (phases[member] == Phase.FAILED || (phases[member] == Phase.STOPPED && !wanted[member])) {
                return member;
            }
        }
        return -1;
    }
}
