package dev.leash.internal.sys;

import java.util.Set;

/** Why a system call that Leash needs does not work, and what to do about it. */
final class Refusal {
    /** Calls that need no permission: EPERM and EACCES come from a filter. */
    private static final Set<String> OPEN_TO_ALL = Set.of(
            "pidfd_open",
            "waitid",
            "epoll_create1",
            "eventfd",
            "timerfd_create",
            "timerfd_settime",
            "memfd_create",
            "pipe2");

    /** What to do about a filter that refuses a call. */
    static final String REMEDY =
            "Allow it in the seccomp profile of the container, which a newer container runtime may do by"
                    + " itself, or in SystemCallFilter= of the service";

    private Refusal() {}

    /**
     * The sentence for a call that fails.
     *
     * @param major the version of Linux that introduced the call, with {@code minor}; 0 if every one that Leash runs
     *     on has it
     */
    static String sentence(String call, int errno, int major, int minor) {
        if ((errno == Errno.ENOSYS || errno == Errno.EINVAL) && isOlder(major, minor)) {
            return call + " needs Linux " + major + "." + minor + " or newer, and this is "
                    + System.getProperty("os.version");
        }
        String name = Errno.name(errno);
        return isFilters(errno)
                ? call + " is refused with " + name + " by a filter of system calls, since this Linux has it"
                : call + " fails with " + name + " (" + Errno.description(errno) + ")";
    }

    /** What an exception adds to the errno if a filter is the reason; otherwise empty. */
    static String hint(String call, int errno) {
        return errno == Errno.ENOSYS || (OPEN_TO_ALL.contains(call) && isFilters(errno))
                ? ", by a filter of system calls, as containers have; 'leash doctor' tells more"
                : "";
    }

    /** Whether filters answer with {@code errno}. */
    static boolean isFilters(int errno) {
        return errno == Errno.EPERM || errno == Errno.EACCES || errno == Errno.ENOSYS;
    }

    /** Whether this Linux is older than the version. */
    static boolean isOlder(int major, int minor) {
        return isOlder(System.getProperty("os.version"), major, minor);
    }

    /** Whether {@code version}, such as 5.10.0-8-amd64, is older than {@code major.minor}. */
    static boolean isOlder(String version, int major, int minor) {
        String[] parts = version.split("[^0-9]+", 3);
        try {
            int itsMajor = Integer.parseInt(parts[0]);
            int itsMinor = parts.length < 2 || parts[1].isEmpty() ? 0 : Integer.parseInt(parts[1]);
            return itsMajor < major || (itsMajor == major && itsMinor < minor);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
