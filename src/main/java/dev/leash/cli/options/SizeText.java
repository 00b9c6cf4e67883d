package dev.leash.cli.options;

/**
 * Sizes on the command line: {@code 4096}, {@code 64k}, {@code 16M}, {@code 1GiB} in powers of 1024, {@code 16MB} in
 * powers of 1000, as in dd(1) and head(1).
 */
public final class SizeText {
    /** The size of the greatest array that a JVM can allocate. */
    static final int GREATEST = Integer.MAX_VALUE - 8;

    private SizeText() {}

    /**
     * The number of bytes of data that has to fit into an array.
     *
     * @param option named in the exception
     * @throws UsageException if it is no size, or more than {@link #GREATEST}
     */
    public static int bytes(String option, String text) throws UsageException {
        return (int) bytes(option, text, GREATEST);
    }

    /**
     * The number of bytes.
     *
     * @param option named in the exception
     * @throws UsageException if it is no size, or more than {@code greatest}
     */
    public static long bytes(String option, String text, long greatest) throws UsageException {
        int end = 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        long unit = unit(text.substring(end));
        if (unit == 0 || end == 0) {
            throw new UsageException(
                    option + " needs a size such as 4096, 64k, 16M or 1GiB (16MB: powers of 1000), not '" + text + "'");
        }
        long count = end > 18 ? Long.MAX_VALUE : Long.parseLong(text.substring(0, end));
        if (count > greatest / unit) {
            throw new UsageException(option + " can be at most " + greatest + " bytes, not " + text);
        }
        return count * unit;
    }

    private static long unit(String name) {
        return switch (name) {
            case "", "B" -> 1L;
            case "k", "K", "KiB" -> 1L << 10;
            case "M", "MiB" -> 1L << 20;
            case "G", "GiB" -> 1L << 30;
            case "kB", "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> 0L;
        };
    }
}
