package dev.leash.benchmarks.worker;

import java.lang.ref.Reference;

/** Live heap that is touched and kept: what a start costs must not depend on it. */
record Ballast(byte[][] mebibytes) {
    static final Ballast NONE = new Ballast(new byte[0][]);

    static Ballast of(int gibibytes) {
        byte[][] mebibytes = new byte[gibibytes * 1024][1 << 20];
        for (byte[] mebibyte : mebibytes) {
            for (int page = 0; page < mebibyte.length; page += 4096) {
                mebibyte[page] = 1;
            }
        }
        return new Ballast(mebibytes);
    }

    void keep() {
        Reference.reachabilityFence(mebibytes);
    }
}
