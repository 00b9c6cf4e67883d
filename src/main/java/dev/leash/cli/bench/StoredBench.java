package dev.leash.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.leash.bench.Metric;
import dev.leash.bench.Variant;
import dev.leash.cli.caller.CallersFile;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of an earlier bench, from what {@code --export-raw} has written, or hyperfine. Immutable once read. */
final class StoredBench {
    private static final String WHAT = "the earlier results";

    private final List<Stored> variants = new ArrayList<>();

    /** What the file says of one command. */
    private static final class Stored {
        String name = "";
        Map<String, String> parameters = Map.of();
        final Map<String, List<Double>> values = new HashMap<>();
    }

    private StoredBench() {}

    /**
     * Reads all of it.
     *
     * @param name of the file, {@link dev.leash.cli.io.RawText}
     * @throws IOException with a sentence that names the file, and the place in it
     */
    static StoredBench read(CallState state, String name) throws IOException {
        int fd = CallersFile.open(state, name, OpenFlags.READ, WHAT);
        StoredBench stored = new StoredBench();
        try (InputStream file = new BufferedInputStream(new FileInputStream("/proc/self/fd/" + fd));
                JsonParser json = new JsonFactory().createParser(file)) {
            stored.all(json);
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw CallersFile.failed("read", WHAT, name, new IOException(line + e.getOriginalMessage(), e));
        } catch (IOException e) {
            throw CallersFile.failed("read", WHAT, name, e);
        } finally {
            Descriptors.close(state, fd);
        }
        if (stored.variants.isEmpty()) {
            throw CallersFile.failed(
                    "read", WHAT, name, new IOException("no results of --export-raw or --export-json are in it"));
        }
        return stored;
    }

    private void all(JsonParser json) throws IOException {
        require(json, json.nextToken(), JsonToken.START_OBJECT);
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (field) {
                case "variants", "results" -> {
                    require(json, value, JsonToken.START_ARRAY);
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        variants.add(variant(json));
                    }
                }
                case "runs" -> {
                    require(json, value, JsonToken.START_ARRAY);
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        run(json);
                    }
                }
                default -> json.skipChildren();
            }
        }
        require(json, json.currentToken(), JsonToken.END_OBJECT);
    }

    private static Stored variant(JsonParser json) throws IOException {
        require(json, json.currentToken(), JsonToken.START_OBJECT);
        Stored variant = new Stored();
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (field) {
                case "name", "command" -> variant.name = json.getValueAsString("");
                case "parameters" -> {
                    require(json, value, JsonToken.START_OBJECT);
                    variant.parameters = new LinkedHashMap<>();
                    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                        json.nextToken();
                        variant.parameters.put(name, json.getValueAsString(""));
                    }
                }
                case "times" -> {
                    require(json, value, JsonToken.START_ARRAY);
                    List<Double> times = new ArrayList<>();
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        times.add(json.getDoubleValue());
                    }
                    variant.values.put(Metric.WALL.name(), times);
                }
                default -> json.skipChildren();
            }
        }
        return variant;
    }

    private void run(JsonParser json) throws IOException {
        require(json, json.currentToken(), JsonToken.START_OBJECT);
        int variant = -1;
        Map<String, Double> values = new HashMap<>();
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (field) {
                case "variant" -> variant = json.getIntValue();
                case "values" -> {
                    require(json, value, JsonToken.START_OBJECT);
                    for (String metric = json.nextFieldName(); metric != null; metric = json.nextFieldName()) {
                        json.nextToken();
                        values.put(metric, json.getDoubleValue());
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (variant < 0 || variant >= variants.size()) {
            throw new IOException("line " + json.currentLocation().getLineNr() + ": a run of the command number "
                    + variant + ", which it has not named before");
        }
        Map<String, List<Double>> all = variants.get(variant).values;
        values.forEach((metric, value) ->
                all.computeIfAbsent(metric, first -> new ArrayList<>()).add(value));
    }

    private static void require(JsonParser json, JsonToken found, JsonToken wanted) throws IOException {
        if (found != wanted) {
            throw new IOException("line " + json.currentLocation().getLineNr()
                    + ": these are no results of --export-raw or --export-json");
        }
    }

    /**
     * The values of a variant: of the one with its name and its parameters. The first such one is for the first of
     * {@code all}, and so on.
     *
     * @return empty if there is none
     */
    Optional<double[]> values(List<Variant> all, int index, Metric metric) {
        int before = 0;
        for (Variant other : all.subList(0, index)) {
            before += isSame(other, all.get(index)) ? 1 : 0;
        }
        return variants.stream()
                .filter(stored -> isOf(stored, all.get(index)))
                .skip(before)
                .findFirst()
                .map(stored -> stored.values.getOrDefault(metric.name(), List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
    }

    private static boolean isSame(Variant one, Variant other) {
        return one.name().equals(other.name()) && one.parameters().equals(other.parameters());
    }

    private static boolean isOf(Stored stored, Variant variant) {
        return stored.name.equals(variant.name()) && stored.parameters.equals(variant.parameters());
    }

    /** The names of all, in their order. */
    List<String> names() {
        return variants.stream().map(stored -> stored.name).toList();
    }
}
