package dev.leash.cli.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.bench.BenchReport;
import dev.leash.bench.Comparison;
import dev.leash.bench.Metric;
import dev.leash.cli.help.Version;
import dev.leash.cli.io.HtmlPage;
import dev.leash.cli.io.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** The results as a page of HTML. Its template is bench-page.html, whose script draws the data. */
final class BenchPage {
    private static final String TEMPLATE = "bench-page.html";
    private static final String REPORT = "/*REPORT*/";
    private static final String MORE = "/*MORE*/";

    /** How many pairs of values may be resampled for comparisons by what is not the primary metric: some seconds. */
    private static final long MOST_COMPARED = 20_000;

    private BenchPage() {}

    static byte[] of(BenchReport report, BenchOptions options) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        HtmlPage page = new HtmlPage(text, BenchPage.class, TEMPLATE);
        page.until(REPORT);
        try (JsonGenerator json = page.json()) {
            json.writeStartObject();
            BenchJson.raw(json, report);
            json.writeEndObject();
        }
        page.until(MORE);
        try (JsonGenerator json = page.json()) {
            more(json, report, options);
        }
        page.finish();
        return text.toByteArray();
    }

    /** What the raw data have not. */
    private static void more(JsonGenerator json, BenchReport report, BenchOptions options) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", Version.leash());
        json.writeBooleanField("shell", options.shell());
        json.writeArrayFieldStart("commands");
        for (int command = 0; command < options.commands().size(); command++) {
            boolean named = command < options.names().size();
            json.writeString(RawText.text((named ? options.names() : options.commands()).get(command)));
        }
        json.writeEndArray();
        json.writeObjectFieldStart("comparisons");
        long pairs = (long) report.runs().size() * (report.metrics().size() - 1);
        for (Metric metric : report.metrics()) {
            if (metric.equals(report.primary()) || pairs > MOST_COMPARED) {
                continue;
            }
            json.writeArrayFieldStart(metric.name());
            for (int variant = 0; variant < report.variants().size(); variant++) {
                Optional<Comparison> comparison = report.comparison(variant, metric);
                if (comparison.isPresent()) {
                    BenchJson.comparison(json, comparison.get());
                } else {
                    json.writeNull();
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
