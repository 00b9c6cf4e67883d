package dev.leash.cli.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.ExitStatus;
import dev.leash.bench.BenchReport;
import dev.leash.bench.Comparison;
import dev.leash.bench.Measurement;
import dev.leash.bench.Metric;
import dev.leash.bench.Summary;
import dev.leash.bench.Variant;
import dev.leash.cli.run.RunReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The results as JSON: with the fields and units of hyperfine, and with all that is known. */
final class BenchJson {
    private static final JsonFactory JSON = new JsonFactory();

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private BenchJson() {}

    private static byte[] object(Fields fields) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return text.toByteArray();
    }

    /** Times are in seconds, user and system are means; the exit code of a run that a signal has ended is null. */
    static byte[] hyperfine(BenchReport report) throws IOException {
        return object(json -> {
            json.writeArrayFieldStart("results");
            for (int variant = 0; variant < report.variants().size(); variant++) {
                Summary wall = report.summary(variant, Metric.WALL).orElseThrow();
                json.writeStartObject();
                json.writeStringField("command", report.variants().get(variant).name());
                json.writeNumberField("mean", wall.mean());
                number(json, "stddev", wall.standardDeviation());
                json.writeNumberField("median", wall.median());
                json.writeNumberField(
                        "user",
                        report.summary(variant, Metric.USER).orElseThrow().mean());
                json.writeNumberField(
                        "system",
                        report.summary(variant, Metric.SYSTEM).orElseThrow().mean());
                json.writeNumberField("min", wall.min());
                json.writeNumberField("max", wall.max());
                json.writeArrayFieldStart("times");
                for (double time : report.values(variant, Metric.WALL)) {
                    json.writeNumber(time);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("exit_codes");
                for (Measurement run : report.runs(variant)) {
                    if (run.status() instanceof ExitStatus.Exited exited) {
                        json.writeNumber(exited.code());
                    } else {
                        json.writeNull();
                    }
                }
                json.writeEndArray();
                if (!report.variants().get(variant).parameters().isEmpty()) {
                    parameters(json, report.variants().get(variant));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static byte[] raw(BenchReport report) throws IOException {
        return object(json -> raw(json, report));
    }

    /** The fields of an object with all that is known. */
    static void raw(JsonGenerator json, BenchReport report) throws IOException {
        json.writeStringField("started", report.started().toString());
        json.writeNumberField("wallNanos", report.wallTime().toNanos());
        json.writeNumberField("seed", report.seed());
        json.writeStringField("metric", report.primary().name());
        json.writeNumberField("reference", report.reference());
        json.writeObjectFieldStart("units");
        for (Metric metric : report.metrics()) {
            json.writeStringField(metric.name(), metric.unit().name().toLowerCase(Locale.ROOT));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("unavailable");
        for (var missing : report.unavailable().entrySet()) {
            json.writeStringField(missing.getKey().name(), missing.getValue());
        }
        json.writeEndObject();
        Optional<Summary> overhead = report.overhead();
        if (overhead.isPresent()) {
            json.writeNumberField("overhead", overhead.get().median());
        } else {
            json.writeNullField("overhead");
        }
        json.writeArrayFieldStart("variants");
        for (int variant = 0; variant < report.variants().size(); variant++) {
            variant(json, report, variant);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("runs");
        for (Measurement run : report.runs()) {
            run(json, report, run);
        }
        json.writeEndArray();
    }

    private static void variant(JsonGenerator json, BenchReport report, int variant) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", report.variants().get(variant).name());
        parameters(json, report.variants().get(variant));
        json.writeNumberField("failures", report.failures(variant));
        json.writeObjectFieldStart("summary");
        for (Metric metric : report.metrics()) {
            Optional<Summary> summary = report.summary(variant, metric);
            if (summary.isPresent()) {
                json.writeObjectFieldStart(metric.name());
                summary(json, summary.get());
                json.writeEndObject();
            }
        }
        json.writeEndObject();
        Optional<Comparison> comparison = report.comparison(variant, report.primary());
        if (comparison.isPresent()) {
            json.writeFieldName("comparison");
            comparison(json, comparison.get());
        }
        json.writeEndObject();
    }

    /** How a variant compares with the reference, as an object. */
    static void comparison(JsonGenerator json, Comparison comparison) throws IOException {
        json.writeStartObject();
        number(json, "ratio", comparison.ratio());
        Optional<Comparison.Interval> interval = comparison.interval();
        number(json, "low", interval.map(Comparison.Interval::low).orElse(Double.NaN));
        number(json, "high", interval.map(Comparison.Interval::high).orElse(Double.NaN));
        json.writeNumberField("p", comparison.pValue());
        json.writeEndObject();
    }

    private static void summary(JsonGenerator json, Summary summary) throws IOException {
        json.writeNumberField("count", summary.count());
        json.writeNumberField("median", summary.median());
        json.writeNumberField("mean", summary.mean());
        number(json, "stddev", summary.standardDeviation());
        json.writeNumberField("min", summary.min());
        json.writeNumberField("p25", summary.quantile(0.25));
        json.writeNumberField("p75", summary.quantile(0.75));
        json.writeNumberField("p95", summary.quantile(0.95));
        json.writeNumberField("max", summary.max());
        json.writeNumberField("outliers", summary.outliers());
    }

    private static void run(JsonGenerator json, BenchReport report, Measurement run) throws IOException {
        json.writeStartObject();
        json.writeNumberField("variant", run.variant());
        json.writeNumberField("round", run.round());
        json.writeNumberField("startNanos", run.start().toNanos());
        json.writeStringField("cause", RunReport.cause(run.cause()));
        RunReport.status(json, run.status());
        json.writeNumberField("stragglersKilled", run.stragglersKilled());
        json.writeObjectFieldStart("values");
        for (Metric metric : report.metrics()) {
            if (run.value(metric).isPresent()) {
                json.writeNumberField(metric.name(), run.value(metric).getAsDouble());
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void parameters(JsonGenerator json, Variant variant) throws IOException {
        json.writeObjectFieldStart("parameters");
        for (var parameter : variant.parameters().entrySet()) {
            json.writeStringField(parameter.getKey(), parameter.getValue());
        }
        json.writeEndObject();
    }

    /** JSON has no word for what is not a number. */
    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }
}
