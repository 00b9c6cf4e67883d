package dev.leash.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CirclesTest {
    /** Such as {@code "a:b,c b:c"}: a waits for b and c, and b for c. */
    private static Map<String, SequencedSet<String>> waiting(String text) {
        Map<String, SequencedSet<String>> waiting = new LinkedHashMap<>();
        for (String each : text.split(" ")) {
            String[] parts = each.split(":", 2);
            SequencedSet<String> others = new LinkedHashSet<>();
            if (parts.length > 1) {
                others.addAll(Arrays.asList(parts[1].split(",")));
            }
            waiting.put(parts[0], others);
        }
        return waiting;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b:a c:a,b | []",
                "a:a | [[a, a]]",
                "a:b b:a | [[a, b, a]]",
                "a:b b:c c:b | [[b, c, b]]", // a only leads to it
                "a:b,c b:a c:d d:c | [[a, b, a], [c, d, c]]", // one after the other
                "a:b b:c,d c:b d:e e:d f | [[b, c, b], [d, e, d]]", // a leads to both
                "a:b b:c,x c:d,b d:c x:a | [[c, d, c], [a, b, x, a]]", // the rest of the way is gone on with
                "a:b,c b:a c:a | [[a, b, a]]", // two with one in common
            })
    void eachCircleIsFoundOnce(String text, String circles) {
        assertEquals(circles, Circles.of(waiting(text)).toString());
    }

    @Test
    void aLongChainAndManyCirclesTakeNoTime() {
        int count = 50_000;
        Map<String, SequencedSet<String>> chain = new LinkedHashMap<>();
        Map<String, SequencedSet<String>> pairs = new LinkedHashMap<>();
        for (int number = 0; number < count; number++) {
            chain.put("s" + number, new LinkedHashSet<>(List.of("s" + (number + 1))));
            // Each leads to the next, and waits for itself: the way becomes long, and each step of it is a circle.
            pairs.put("s" + number, new LinkedHashSet<>(List.of("s" + (number + 1), "s" + number)));
        }
        assertTimeout(Duration.ofSeconds(20), () -> {
            assertEquals(List.of(), Circles.of(chain));
            assertEquals(count, Circles.of(pairs).size());
            chain.put("s" + count, new LinkedHashSet<>(List.of("s0")));
            assertEquals(count + 2, Circles.of(chain).getFirst().size());
        });
    }
}
