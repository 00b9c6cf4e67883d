package dev.leash;

import java.util.Arrays;
import java.util.List;

/** Lists of byte strings, compared by what is in them. */
final class Bytes {
    private Bytes() {}

    static boolean areEqual(List<byte[]> some, List<byte[]> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int at = 0; at < some.size(); at++) {
            if (!Arrays.equals(some.get(at), others.get(at))) {
                return false;
            }
        }
        return true;
    }

    static int hash(List<byte[]> some) {
        int hash = 1;
        for (byte[] each : some) {
            hash = 31 * hash + Arrays.hashCode(each);
        }
        return hash;
    }
}
