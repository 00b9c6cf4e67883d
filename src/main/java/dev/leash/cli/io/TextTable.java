package dev.leash.cli.io;

import java.util.List;
import java.util.function.IntPredicate;

/** Rows in columns that are as wide as their widest cell, two blanks apart. */
public final class TextTable {
    private TextTable() {}

    /**
     * The lines.
     *
     * @param rows all of the same length
     * @param toTheRight the columns whose cells end in one line
     */
    public static String of(List<List<String>> rows, IntPredicate toTheRight) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String padding = " ".repeat(widths[column] - cell.length());
                line.append(column == 0 ? "" : "  ").append(toTheRight.test(column) ? padding + cell : cell + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
