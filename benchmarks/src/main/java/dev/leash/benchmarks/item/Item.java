package dev.leash.benchmarks.item;

import dev.leash.benchmarks.Bench;
import java.util.LinkedHashMap;
import java.util.Map;

/** One of the things that are measured. */
public interface Item {
    /** Measures it, or only says how long that will take: see {@link Bench}. */
    void measure(Bench bench) throws Exception;

    /** All of them by the names that the command line takes, in the order in which they are done. */
    static Map<String, Item> all() {
        Map<String, Item> items = new LinkedHashMap<>();
        items.put("round-trip", new RoundTrip());
        items.put("spawn", new Spawn());
        items.put("kill", new Kill());
        items.put("deadline", new Deadline());
        items.put("cold", new Cold());
        items.put("output", new OutputRates());
        items.put("many", new Many());
        items.put("throughput", new Throughput());
        items.put("allocation", new Allocation());
        items.put("bindings", new Bindings());
        items.put("start", new CommandStart());
        return items;
    }
}
