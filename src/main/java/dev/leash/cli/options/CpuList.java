package dev.leash.cli.options;

import java.util.ArrayList;
import java.util.List;

/** Numbers of processors in the kernel's form, such as {@code 0-3,7}. */
public final class CpuList {
    private CpuList() {}

    /**
     * The numbers, in the order in which they are given.
     *
     * @param option for the message
     * @param most the greatest number
     */
    public static int[] parse(String option, String text, int most) throws UsageException {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
                throw bad(option, text, most);
            }
            int dash = part.indexOf('-');
            int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
            if (from > to || to > most) {
                throw bad(option, text, most);
            }
            for (int number = from; number <= to; number++) {
                numbers.add(number);
            }
        }
        return numbers.stream().mapToInt(number -> number).toArray();
    }

    private static UsageException bad(String option, String text, int most) {
        return new UsageException(option + " needs the numbers of processors, such as 0-3,7 (from 0 to " + most
                + "), not '" + text + "'");
    }
}
