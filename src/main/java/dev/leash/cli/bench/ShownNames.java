package dev.leash.cli.bench;

import dev.leash.bench.Variant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What commands are called where each has one line. */
final class ShownNames {
    private static final int LONGEST = 40;

    private ShownNames() {}

    /** In the same order. One that is too long is without its end; where that makes two the same they are whole. */
    static List<String> of(List<Variant> variants) {
        List<String> whole = variants.stream()
                .map(variant -> Quantity.printable(variant.name()))
                .toList();
        Map<String, Long> cut = whole.stream().collect(Collectors.groupingBy(ShownNames::cut, Collectors.counting()));
        return whole.stream()
                .map(name -> cut.getOrDefault(cut(name), 0L) == 1 ? cut(name) : name)
                .toList();
    }

    private static String cut(String name) {
        if (name.codePointCount(0, name.length()) <= LONGEST) {
            return name;
        }
        return name.substring(0, name.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }
}
