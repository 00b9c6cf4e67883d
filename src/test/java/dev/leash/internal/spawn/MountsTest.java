package dev.leash.internal.spawn;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which file systems may keep an open waiting in the kernel. */
@Timeout(60)
class MountsTest {
    private static final String LOCAL = """
            21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            22 21 0:20 / /proc rw,nosuid shared:5 - proc proc rw
            23 22 0:30 / /proc/sys/fs/binfmt_misc rw,relatime shared:6 - autofs systemd-1 rw,fd=29
            24 21 0:21 / /a\\040-\\040nfs rw - tmpfs tmpfs rw,size=1k
            25 21 0:22 / /x rw master:1 propagate_from:2 - overlay overlay rw,lowerdir=/a
            """;

    @Test
    void whatTheKernelServesAloneDoesNotHang() {
        assertFalse(Mounts.mayHang(LOCAL));
        assertFalse(Mounts.mayHang(""));
    }

    @Test
    void whatAnotherMachineOrProcessServesMayHang() {
        for (String type : List.of(
                "nfs", "nfs4", "cifs", "smb3", "fuse", "fuse.sshfs", "fuseblk", "9p", "virtiofs", "ceph", "autofs")) {
            assertTrue(Mounts.mayHang(LOCAL + "26 21 0:23 / /mnt rw,relatime - " + type + " server:/x rw\n"), type);
        }
        assertTrue(Mounts.mayHang(LOCAL + "26 21 0:23 / /mnt rw,relatime - a-file-system-of-tomorrow none rw\n"));
    }
}
