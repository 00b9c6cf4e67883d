package dev.leash.internal.contain;

/** Why a process counts as a member of a run. */
public enum Membership {
    /** It is the program itself. */
    LEADER,
    /** It is in the program's process group. */
    GROUP,
    /** It is in a process group that another member leads. */
    SUBGROUP,
    /** It is in a session that a member made. */
    SESSION,
    /** Its parent is a member. */
    PARENT,
    /** It was started with the run's id in its environment. */
    COOKIE,
    /** It is in the run's cgroup. */
    CGROUP
}
