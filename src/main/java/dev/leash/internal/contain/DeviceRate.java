package dev.leash.internal.contain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * How much may be read from a disk and written to it in a second; see "io.max" in cgroup-v2.rst.
 *
 * @param device its file
 * @param readBytes 0 for no limit
 * @param writeBytes 0 for no limit
 */
public record DeviceRate(Path device, long readBytes, long writeBytes) {
    private static final int FILE_TYPE = 0xf000;
    private static final int BLOCK_DEVICE = 0x6000;

    /**
     * The line for io.max.
     *
     * @throws IOException if {@link #device} is no block device, with a message that says so
     */
    String line() throws IOException {
        int mode;
        long number;
        try {
            mode = (int) Files.getAttribute(device, "unix:mode", new LinkOption[0]);
            number = (long) Files.getAttribute(device, "unix:rdev");
        } catch (IOException e) {
            throw new IOException("cannot find the disk " + device + ": " + Cgroups.reason(e), e);
        }
        if ((mode & FILE_TYPE) != BLOCK_DEVICE) {
            throw new IOException(device
                    + " is no block device: only what a disk, such as /dev/sda, reads and writes can be limited");
        }
        return line(number);
    }

    /** @param number st_rdev, as makedev(3) makes it */
    String line(long number) {
        long major = ((number >> 8) & 0xfff) | ((number >> 32) & 0xffff_f000L);
        long minor = (number & 0xff) | ((number >> 12) & 0xffff_ff00L);
        return major + ":" + minor + (readBytes > 0 ? " rbps=" + readBytes : "")
                + (writeBytes > 0 ? " wbps=" + writeBytes : "");
    }
}
