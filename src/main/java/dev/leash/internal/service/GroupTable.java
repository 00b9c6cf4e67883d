package dev.leash.internal.service;

import dev.leash.internal.service.GroupPlan.Strategy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a group of services decides: who is started and stopped when, and what the end of one means for the others. Pure.
 * For one thread at a time.
 *
 * <p>It keeps for each member whether it shall run. After each change it looks at all: a member that shall run, and does
 * not, is started when those that it needs are so far; one that shall not, and runs, is stopped when those that need it
 * are down.
 *
 * <p>With a new plan those that are new are wanted as the group is. Those that it does not have any more leave: they are
 * stopped, each after those that depended on it and are stopped, too, and are forgotten when they are over. Those that
 * stay, and run by another description than they now have, are {@linkplain GroupMember#outdated outdated}: they are stopped
 * and started, and to the strategy that is an end with a restart. What somebody has stopped stays so.
 */
public final class GroupTable {
    private final GroupMembers members = new GroupMembers();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private Strategy strategy = Strategy.ONE_FOR_ONE;

    /** Whether it was told to run, and nothing has ended it since. */
    private boolean started;

    private String whyNot = "its group was not started";
    private boolean handling;

    /** What a new plan means for single members. */
    public interface Renewal {
        /** One that is new. */
        GroupMember added(String name);

        /**
         * One that stays is described by the new plan from now on.
         *
         * @return whether what runs, or ran last, has another description
         */
        boolean renewed(GroupMember kept);
    }

    /** Those of the plan, in the order of the start. The same list until the next plan. */
    public List<GroupMember> members() {
        return members.current();
    }

    /** The same, and those that leave and are not over yet. */
    public List<GroupMember> all() {
        return members.all();
    }

    /** It shall be so from now on. The first plan is the group's beginning. */
    public void update(GroupPlan plan, Renewal renewal) {
        handle(() -> {
            Set<GroupMember> before = new LinkedHashSet<>(members.current());
            strategy = plan.strategy();
            members.update(plan, renewal::added);
            before.stream().filter(member -> member.leaving).forEach(this::unwant);
            List<GroupMember> anew = new ArrayList<>();
            for (GroupMember member : members.current()) {
                if (!before.contains(member)) {
                    member.wanted = started;
                } else if (renewal.renewed(member)) {
                    outdated(member, anew);
                } else if (member.phase != Phase.STOPPING && member.told == null) {
                    member.outdated = false; // it was changed back before it was stopped
                }
            }
            for (GroupMember member : members.current()) {
                GroupMember reason = member.fallenWith;
                if (reason != null && (reason.leaving || anew.contains(reason))) {
                    member.fallenWith = null;
                    if (started) {
                        want(member);
                    }
                }
            }
        });
    }

    private void outdated(GroupMember member, List<GroupMember> anew) {
        switch (member.phase) {
            case STARTING, READY, UNREADY, BACKING_OFF -> {
                member.outdated = true;
                cycleOthers(member);
            }
            case STOPPING -> {
                if (member.wanted) {
                    member.cycle(GroupMember.OUTDATED); // without the delay, if it was to be restarted after one
                }
            }
            case DONE, FAILED -> {
                member.wanted = started;
                anew.add(member);
            }
            case STOPPED, WAITING -> {}
        }
    }

    /** All shall run. */
    public void start() {
        handle(() -> {
            started = true;
            for (GroupMember member : members.current()) {
                member.cycled = false;
                member.fallenWith = null;
                want(member);
            }
        });
    }

    /** These shall run, each when those that it needs are so far; at once, if they wait for a restart. */
    public void start(Collection<GroupMember> some) {
        handle(() -> {
            for (GroupMember member : some) {
                if (!member.leaving) {
                    member.fallenWith = null;
                    want(member);
                    if (member.phase == Phase.BACKING_OFF) {
                        member.cycle("its start");
                    }
                }
            }
        });
    }

    /** These shall not run, until somebody says so; each is stopped when those of them that need it are down. */
    public void stop(Collection<GroupMember> some, String why) {
        handle(() -> {
            for (GroupMember member : some) {
                member.told = why;
                unwant(member);
                if (member.phase == Phase.FAILED) {
                    member.stop(why); // it is stopped now
                }
            }
        });
    }

    /**
     * It shall end, if it runs, and run again: it is stopped and started in the order of the group.
     *
     * @return whether it runs
     */
    public boolean restart(GroupMember member, String why) {
        boolean runs = !member.leaving && member.wanted && member.runs();
        if (runs) {
            handle(() -> {
                member.told = why;
                member.outdated = true;
            });
        }
        return runs;
    }

    private static void want(GroupMember member) {
        member.wanted = true;
        if (member.phase == Phase.STOPPING) {
            member.hold("its end", false); // it was told to stay down
        }
    }

    /** None shall run. */
    public void stop(String why) {
        handle(() -> stopAll(why));
    }

    private void stopAll(String why) {
        started = false;
        whyNot = why;
        for (GroupMember member : members.all()) {
            unwant(member);
            member.fallenWith = null;
        }
    }

    private void unwant(GroupMember member) {
        member.unwant();
        if (member.phase == Phase.STOPPING) {
            member.stop(member.whyEnding(whyNot)); // it may have been about to start again
        }
    }

    /** A member has come to this phase. */
    public void entered(GroupMember member, Phase phase) {
        handle(() -> {
            member.phase = phase;
            switch (phase) {
                case BACKING_OFF -> cycleOthers(member);
                case FAILED, DONE -> {
                    if (!member.cycled && !member.outdated) {
                        over(member);
                    }
                }
                case STOPPED -> over(member); // by somebody: what the group starts again waits
                case STARTING -> {
                    member.told = null;
                    member.outdated = false;
                    member.fallenWith = null;
                    if (!member.leaving) {
                        member.wanted = true; // or somebody has started it by itself
                    }
                }
                case WAITING, READY, UNREADY, STOPPING -> {}
            }
        });
    }

    private void over(GroupMember ended) {
        if (!ended.wanted) {
            return;
        }
        ended.unwant();
        if (ended.essential) {
            stopAll(ended.name() + ", which is essential, has ended");
        } else if (ended.phase == Phase.FAILED && strategy != Strategy.ONE_FOR_ONE) {
            for (GroupMember other : members.current()) {
                if (isTied(ended, other)) {
                    if (other.wanted) {
                        other.fallenWith = ended;
                    }
                    whyNot = ended.name() + " has failed";
                    unwant(other);
                }
            }
        }
    }

    private boolean isTied(GroupMember ended, GroupMember other) {
        return switch (strategy) {
            case ONE_FOR_ONE -> false;
            case ONE_FOR_ALL -> !other.equals(ended);
            case REST_FOR_ONE -> other.place > ended.place;
        };
    }

    private void cycleOthers(GroupMember ended) {
        for (GroupMember other : members.current()) {
            if (!ended.leaving && isTied(ended, other) && other.wanted && other.runs()) {
                other.cycled = true;
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
        for (GroupMember member : members.all()) {
            if (member.leaving && member.isOver()) {
                members.remove(member);
                member.left();
            } else if (member.isDown()) {
                member.outdated = false;
            }
        }
        boolean cycling = settleCycle();
        for (int place = members.all().size() - 1; place >= 0; place--) {
            GroupMember member = members.all().get(place);
            if (member.mustEnd() && !isNeeded(place)) {
                if (member.wanted) {
                    member.cycle(member.whyEnding(whyNot));
                } else {
                    member.stop(member.whyEnding(whyNot));
                }
            }
        }
        for (GroupMember member : members.current()) {
            member.lookWhetherBlocked();
            if (member.wanted && member.isDown()) {
                String obstacle = cycling ? "its group, which is restarted" : obstacle(member);
                if (obstacle == null) {
                    member.start();
                } else {
                    member.hold(obstacle, !cycling && member.blocked);
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
        for (GroupMember member : members.current()) {
            any |= member.cycled;
            settled &= !(member.cycled && !member.isDown()) && !(member.wanted && member.phase == Phase.BACKING_OFF);
        }
        if (any && settled) {
            members.current().forEach(member -> member.cycled = false);
        }
        return any && !settled;
    }

    /** By another one that has to be down first, and is not. */
    private boolean isNeeded(int place) {
        GroupMember member = members.all().get(place);
        for (GroupMember other : members.all().subList(place + 1, members.all().size())) {
            if (other.isEnding() && !other.isDown() && other.needs(member)) {
                return true;
            }
        }
        return false;
    }

    /** What it has to wait for; null if there is nothing. */
    private @Nullable String obstacle(GroupMember member) {
        for (GroupMember other : members.leaving()) {
            if (other.isKin(member)) {
                return "the " + other.name() + " of before to end";
            }
        }
        return member.obstacle();
    }

    /** Whether what it tells is so: not while it does something, of which not all has come about. */
    public boolean isSettled() {
        return !handling;
    }

    /** Whether none runs or is going to, unless somebody says so. Those that wait for one that has failed do not. */
    public boolean isOver() {
        return members.all().stream().allMatch(member -> member.wanted ? member.blocked : member.isOver());
    }

    /** Whether each is ready, or has succeeded, and none is about to be stopped. */
    public boolean isReady() {
        return members.current().stream()
                .allMatch(member -> (member.phase == Phase.READY && !member.isEnding()) || member.isDone());
    }

    /** A member because of which it will not be ready by itself; null if there is none. */
    public @Nullable GroupMember obstacle() {
        for (GroupMember member : members.current()) {
            if (!member.wanted && (member.phase == Phase.FAILED || member.phase == Phase.STOPPED)) {
                return member;
            }
        }
        return null;
    }
}
