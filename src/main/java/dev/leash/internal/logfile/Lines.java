package dev.leash.internal.logfile;

/** Where to cut a block of whole lines. */
final class Lines {
    private Lines() {}

    /**
     * How many bytes of {@code block} to write to a file that has {@code room} for so many: as many lines as fit.
     *
     * @return 0 if the first does not
     */
    static int fitting(byte[] block, int from, int to, long room) {
        if (to - from <= room) {
            return to - from;
        }
        for (int end = from + (int) Math.max(0, room); end > from; end--) {
            if (block[end - 1] == '\n') {
                return end - from;
            }
        }
        return 0;
    }

    /** The length of the first line, with its end. */
    static int first(byte[] block, int from, int to) {
        int end = from;
        while (end < to && block[end] != '\n') {
            end++;
        }
        return Math.min(end + 1, to) - from;
    }
}
