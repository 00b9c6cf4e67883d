package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Measurement;
import java.awt.Font;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.w3c.dom.Document;

/** The charts, each as SVG and as PNG. */
public final class Charts {
    static final String FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12).getFamily();

    private static final int WIDTH = 900;
    private static final int PNG_SCALE = 2;

    private Charts() {}

    /** Draws what was measured of the works that are worth a picture. Without any font on the machine there is none. */
    public static void draw(List<Measurement> measurements, Path folder) throws IOException {
        for (Measurement measurement : measurements) {
            if (measurement.samples().size() > 1
                    && !measurement.id().matches("many.*|throughput.*|binding.*|held.*|cold.*")) {
                write(BarChart.of(measurement), BarChart.height(measurement), folder.resolve(measurement.id()));
            }
        }
        for (Measurement measurement : measurements) {
            if ("kill-thread".equals(measurement.id()) && !measurement.samples().isEmpty()) {
                write(
                        PercentileChart.of("Kill: until a waiting thread knows of the death", measurement),
                        PercentileChart.HEIGHT,
                        folder.resolve("kill-distribution"));
            }
        }
        lines(measurements, "throughput-platform-", "Runs a second, by callers (platform threads)", folder);
        lines(measurements, "throughput-virtual-", "Runs a second, by callers (virtual threads)", folder);
        lines(measurements, "cold-run-", "A fresh JVM's first, 10th and 100th round trip of a static no-op", folder);
        lines(measurements, "cold-kill-", "A fresh JVM's first, 10th and 100th kill, to death known", folder);
        lines(measurements, "cold-deadline-", "A fresh JVM's first, 10th and 100th deadline, to death known", folder);
        lines(measurements, "many-.*-roundtrip", "One more round trip, by how many idle children there are", folder);
    }

    private static void lines(List<Measurement> measurements, String ids, String title, Path folder)
            throws IOException {
        List<Measurement> chosen = measurements.stream()
                .filter(measurement -> measurement.id().matches(ids + (ids.endsWith("-") ? "\\d+" : "")))
                .toList();
        if (chosen.size() > 1) {
            String name = ids.replace("-.*", "").replaceFirst("-$", "");
            write(LineChart.of(title, chosen), LineChart.HEIGHT, folder.resolve(name));
        }
    }

    private static void write(JFreeChart chart, int height, Path file) throws IOException {
        Rectangle area = new Rectangle(WIDTH, height);
        SVGGraphics2D svg = new SVGGraphics2D(emptySvg());
        svg.setSVGCanvasSize(area.getSize());
        chart.draw(svg, area);
        StringWriter text = new StringWriter();
        svg.stream(text, true);
        // Whoever looks at it may not have this machine's font.
        String portable =
                text.toString().replaceAll("font-family:[^;\"]*", "font-family:'DejaVu Sans',Verdana,sans-serif");
        Files.writeString(file.resolveSibling(file.getFileName() + ".svg"), portable);

        BufferedImage image = chart.createBufferedImage(WIDTH * PNG_SCALE, height * PNG_SCALE, WIDTH, height, null);
        ImageIO.write(
                image, "png", file.resolveSibling(file.getFileName() + ".png").toFile());
    }

    private static Document emptySvg() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }
}
