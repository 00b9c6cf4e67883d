package dev.leash.cli.options;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Suggests words for a mistyped one. */
public final class Similar {
    /** More suggestions do not help. */
    private static final int MOST = 2;

    private Similar() {}

    /** {@code  (did you mean 'run'?)}, or nothing if none of {@code words} is like {@code given}. */
    public static String hint(String given, Collection<String> words) {
        int letters = given.replace("-", "").length();
        List<String> best = letters < 2
                ? List.of()
                : words.stream().filter(word -> word.startsWith(given)).toList();
        if (best.isEmpty()) {
            best = nearest(given, words, letters <= 5 ? 1 : letters <= 9 ? 2 : 3);
        }
        return best.isEmpty() || best.size() > MOST ? "" : " (did you mean '" + String.join("' or '", best) + "'?)";
    }

    private static List<String> nearest(String given, Collection<String> words, int most) {
        List<String> nearest = new ArrayList<>();
        int least = most;
        for (String word : words) {
            int distance = distance(given, word);
            // Words of one or two letters are similar to all others.
            if (distance <= least && word.replace("-", "").length() > 2) {
                if (distance < least) {
                    nearest.clear();
                }
                least = distance;
                nearest.add(word);
            }
        }
        return nearest;
    }

    /** How many letters have to be inserted, removed, replaced, or swapped with their neighbour. */
    private static int distance(String from, String to) {
        if (Math.abs(from.length() - to.length()) > 3) {
            return Integer.MAX_VALUE;
        }
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int row = 0; row <= from.length(); row++) {
            for (int column = 0; column <= to.length(); column++) {
                if (row == 0 || column == 0) {
                    cost[row][column] = row + column;
                    continue;
                }
                int replaced = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
                cost[row][column] = Math.min(
                        cost[row - 1][column - 1] + replaced,
                        1 + Math.min(cost[row - 1][column], cost[row][column - 1]));
                if (row > 1
                        && column > 1
                        && from.charAt(row - 1) == to.charAt(column - 2)
                        && from.charAt(row - 2) == to.charAt(column - 1)) {
                    cost[row][column] = Math.min(cost[row][column], cost[row - 2][column - 2] + 1);
                }
            }
        }
        return cost[from.length()][to.length()];
    }
}
