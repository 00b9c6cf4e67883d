package dev.leash.internal.spawn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Whether there are file systems on which a call may hang in the kernel, because another machine or process serves
 * them.
 */
final class Mounts {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");

    /** Mounts are rare, and to read the table takes as long as a few hundred opens. */
    private static final long AGE_NANOS = 1_000_000_000L;

    /** Types of file system that this kernel serves alone. A type that is not listed may hang. */
    private static final Set<String> LOCAL = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "bcachefs",
            "zfs",
            "f2fs",
            "jfs",
            "reiserfs",
            "nilfs2",
            "vfat",
            "msdos",
            "exfat",
            "ntfs3",
            "hfsplus",
            "iso9660",
            "udf",
            "squashfs",
            "erofs",
            "cramfs",
            "romfs",
            "overlay",
            "aufs",
            "tmpfs",
            "ramfs",
            "rootfs",
            "devtmpfs",
            "devpts",
            "proc",
            "sysfs",
            "cgroup",
            "cgroup2",
            "cpuset",
            "mqueue",
            "hugetlbfs",
            "debugfs",
            "tracefs",
            "securityfs",
            "selinuxfs",
            "smackfs",
            "pstore",
            "efivarfs",
            "bpf",
            "configfs",
            "binfmt_misc",
            "fusectl",
            "rpc_pipefs",
            "nfsd",
            "nsfs",
            "binder",
            "resctrl");

    /** Each machine with systemd has this autofs, which mounts a local file system. */
    private static final String HARMLESS_AUTOMOUNT = " /proc/sys/fs/binfmt_misc ";

    private record Answer(boolean mayHang, long nanos) {}

    private static volatile Answer last = new Answer(true, System.nanoTime() - 2 * AGE_NANOS);

    private Mounts() {}

    /** The answer is at most a second old. True if it cannot be found out. */
    static boolean mayHang() {
        Answer known = last;
        long now = System.nanoTime();
        if (now - known.nanos() > AGE_NANOS) {
            known = new Answer(look(), now);
            last = known;
        }
        return known.mayHang();
    }

    private static boolean look() {
        try {
            return mayHang(Files.readString(TABLE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return true;
        }
    }

    /** @param table see proc(5): the type is the first field after a lone hyphen */
    static boolean mayHang(String table) {
        for (String mount : table.lines().toList()) {
            int type = mount.indexOf(" - ") + 3;
            int end = mount.indexOf(' ', type);
            if (type < 3 || end < 0) {
                continue;
            }
            if (!LOCAL.contains(mount.substring(type, end)) && !mount.contains(HARMLESS_AUTOMOUNT)) {
                return true;
            }
        }
        return false;
    }
}
