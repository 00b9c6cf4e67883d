package dev.leash.cli.options;

/** Whole numbers on the command line. */
public final class NumberText {
    private NumberText() {}

    /**
     * The number.
     *
     * @param option named in the exception
     * @throws UsageException if it is no number, or out of range
     */
    public static long from(String option, String text, long least, long most) throws UsageException {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new UsageException(option + " needs a number from " + least + " to " + most + ", not '" + text + "'");
    }
}
