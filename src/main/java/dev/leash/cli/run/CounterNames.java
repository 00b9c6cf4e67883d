package dev.leash.cli.run;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.Count;
import dev.leash.Counter;
import dev.leash.cli.options.UsageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Counters by the names that the command has for them, such as {@code task-clock}. */
final class CounterNames {
    private static final String ALL = "all";

    private CounterNames() {}

    private static String name(Counter counter) {
        return counter.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The counters of a list with commas. */
    static Counter[] parse(String list) throws UsageException {
        Set<Counter> counters = new LinkedHashSet<>();
        for (String given : list.split(",", -1)) {
            int before = counters.size();
            for (Counter counter : Counter.values()) {
                if (given.equals(ALL) || given.equals(name(counter))) {
                    counters.add(counter);
                }
            }
            if (counters.size() == before && !isKnown(given)) {
                throw new UsageException("--counters needs 'all' or names with commas between them, of "
                        + Arrays.stream(Counter.values())
                                .map(CounterNames::name)
                                .collect(Collectors.joining(", "))
                        + ", not '" + given + "'");
            }
        }
        return counters.toArray(new Counter[0]);
    }

    private static boolean isKnown(String given) {
        return given.equals(ALL) || Arrays.stream(Counter.values()).anyMatch(counter -> given.equals(name(counter)));
    }

    /** Writes what was counted, if anything was asked for. */
    static void write(JsonGenerator json, Map<Counter, Count> counts) throws IOException {
        if (counts.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("counters");
        for (Count count : counts.values()) {
            json.writeObjectFieldStart(name(count.counter()));
            if (count instanceof Count.Measured measured) {
                json.writeNumberField("value", measured.value().orElseThrow());
                json.writeNumberField("raw", measured.raw());
                json.writeNumberField("enabledNanos", measured.timeEnabled().toNanos());
                json.writeNumberField("runningNanos", measured.timeRunning().toNanos());
                json.writeBooleanField("userModeOnly", measured.userModeOnly());
            } else if (count instanceof Count.Unavailable not) {
                json.writeNullField("value");
                json.writeStringField("reason", not.reason().name().toLowerCase(Locale.ROOT));
                json.writeStringField("explanation", not.explanation());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
