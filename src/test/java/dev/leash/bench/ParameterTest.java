package dev.leash.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParameterTest {
    @Test
    void combinationsAreAllOfThemAndTheLastChangesFastest() {
        assertEquals(
                List.of(
                        Map.of("a", "1", "b", "x"),
                        Map.of("a", "1", "b", "y"),
                        Map.of("a", "2", "b", "x"),
                        Map.of("a", "2", "b", "y")),
                Parameter.combinations(List.of(Parameter.of("a", "1", "2"), Parameter.of("b", "x", "y"))));
        assertEquals(List.of(Map.of()), Parameter.combinations(List.of()));
    }

    @Test
    void rangesAreDecimal() {
        assertEquals(List.of("0", "0.1", "0.2", "0.3"), range("0", "0.3", "0.1").values());
        assertEquals(List.of("1", "3"), range("1", "4", "2").values());
        assertEquals(List.of("5"), range("5", "5", "1").values());
        assertThrows(IllegalArgumentException.class, () -> range("1", "0", "1"));
        assertThrows(IllegalArgumentException.class, () -> range("1", "2", "0"));
        assertThrows(IllegalArgumentException.class, () -> range("0", "1", "0.000000001"));
    }

    private static Parameter range(String first, String last, String step) {
        return Parameter.range("n", new BigDecimal(first), new BigDecimal(last), new BigDecimal(step));
    }

    @Test
    void placesAreFilledOnce() {
        Map<String, String> values = Map.of("a", "{b}$1", "b", "2");
        assertEquals("x {b}$1 2 {c} {} { b }", Parameter.fill("x {a} {b} {c} {} { b }", values));
    }

    @Test
    void namesAreThereAndDiffer() {
        assertThrows(IllegalArgumentException.class, () -> Parameter.of("", "1"));
        assertThrows(IllegalArgumentException.class, () -> Parameter.of("a}", "1"));
        assertThrows(IllegalArgumentException.class, () -> Parameter.of("a"));
        List<Parameter> twice = List.of(Parameter.of("a", "1"), Parameter.of("a", "2"));
        assertThrows(IllegalArgumentException.class, () -> Parameter.combinations(twice));
    }
}
