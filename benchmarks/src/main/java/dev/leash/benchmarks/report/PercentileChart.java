package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.Samples;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Stroke;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.LegendItemSource;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * How times are distributed, a line for each contestant: to the right the share of all that was as quick, with as much room
 * from 90 to 99 % as from 99 to 99.9 %, and upwards the time. A line ends where {@value #LEAST_ABOVE} samples are slower
 * still: beyond, it would be their accident.
 */
final class PercentileChart {
    static final int HEIGHT = 520;

    private static final int LEAST_ABOVE = 4;
    private static final int POINTS = 240;
    private static final double ROOM = 1.25;

    private PercentileChart() {}

    static JFreeChart of(String title, Measurement measurement) {
        Comparator<Contestant> quickFirst = Comparator.comparing(
                contestant -> measurement.samples().get(contestant).median());
        List<Contestant> slowFirst = measurement.samples().keySet().stream()
                .sorted(quickFirst.reversed())
                .toList();
        XYSeriesCollection lines = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true); // else each piece has its dashes for itself
        // Leash is drawn last, so that it lies above the others.
        List<Contestant> order = new ArrayList<>(slowFirst);
        order.sort(Comparator.comparing(contestant -> contestant == Contestant.LEASH));
        for (Contestant contestant : order) {
            renderer.setSeriesPaint(lines.getSeriesCount(), contestant.color());
            renderer.setSeriesStroke(lines.getSeriesCount(), stroke(contestant));
            lines.addSeries(line(contestant, measurement.samples().get(contestant)));
        }
        XYPlot plot = new XYPlot(lines, shares(lines.getDomainUpperBound(false)), times(lines), renderer);
        JFreeChart chart = Look.chart(
                title,
                "what share of all (to the right) took at most how long (upwards, log scale); lower is better;"
                        + " dashed: not in a JVM",
                plot);
        // In the order of the lines, from above.
        LegendTitle legend = Look.legend(legend(measurement, slowFirst));
        legend.setPosition(RectangleEdge.RIGHT);
        legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, 0));
        chart.addLegend(legend);
        return chart;
    }

    private static XYSeries line(Contestant contestant, Samples samples) {
        XYSeries line = new XYSeries(contestant.title());
        double end = Math.max(2, samples.values().size() / (double) LEAST_ABOVE);
        for (int point = 0; point <= POINTS; point++) {
            double x = Math.pow(end, point / (double) POINTS);
            line.add(x, samples.quantile(1 - 1 / x));
        }
        return line;
    }

    private static Stroke stroke(Contestant contestant) {
        float width = contestant == Contestant.LEASH ? 4f : contestant == Contestant.FLOOR ? 3f : 2f;
        // In a JVM or not: of eleven colours some are near each other.
        float[] dashes = contestant.isJava() ? null : new float[] {7, 4};
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0);
    }

    /** Two entries for each: its name, and below it the numbers. */
    private static LegendItemSource legend(Measurement measurement, List<Contestant> contestants) {
        LegendItemCollection items = new LegendItemCollection();
        for (Contestant contestant : contestants) {
            items.add(entry(contestant.title(), stroke(contestant), contestant.color()));
            String median = time(measurement.median(contestant).orElseThrow());
            String slow = time(measurement.quantile(contestant, 0.99).orElseThrow());
            LegendItem numbers = entry("50 %: " + median + ", 99 %: " + slow, new BasicStroke(1), Color.WHITE);
            numbers.setLabelFont(new Font(Charts.FONT, Font.PLAIN, 11));
            numbers.setLabelPaint(Look.SECOND);
            items.add(numbers);
        }
        return () -> items;
    }

    private static LegendItem entry(String text, Stroke stroke, Color color) {
        return new LegendItem(text, null, null, null, new Line2D.Double(-14, 0, 14, 0), stroke, color);
    }

    private static LogAxis times(XYSeriesCollection lines) {
        LogAxis axis = Look.logarithmic();
        axis.setRange(lines.getRangeLowerBound(false) / ROOM, lines.getRangeUpperBound(false) * ROOM);
        axis.setNumberFormatOverride(new Times());
        return axis;
    }

    /** Microseconds, in the unit that makes the number short. */
    private static String time(double micros) {
        if (micros < 1_000) {
            return Look.numbers().format(Math.rint(micros)) + " µs";
        }
        double millis = micros / 1_000;
        return Look.numbers().format(millis < 10 ? Math.rint(millis * 10) / 10 : Math.rint(millis)) + " ms";
    }

    private static final class Times extends NumberFormat {
        private static final long serialVersionUID = 1;

        @Override
        public StringBuffer format(double number, StringBuffer text, FieldPosition position) {
            return text.append(time(number));
        }

        @Override
        public StringBuffer format(long number, StringBuffer text, FieldPosition position) {
            return format((double) number, text, position);
        }

        @Override
        public Number parse(String text, ParsePosition position) {
            throw new UnsupportedOperationException();
        }
    }

    private static LogAxis shares(double end) {
        LogAxis axis = Look.quiet(new Shares());
        axis.setRange(1, end);
        axis.setTickLabelFont(new Font(Charts.FONT, Font.PLAIN, 12));
        return axis;
    }

    /** Of 1 / (1 - share), marked with the shares that everybody knows. */
    private static final class Shares extends LogAxis {
        private static final long serialVersionUID = 1;
        private static final String[] KNOWN = {"0", "50", "75", "90", "95", "99", "99.9", "99.99", "99.999"};

        @Override
        public List<NumberTick> refreshTicks(
                Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
            List<NumberTick> ticks = new ArrayList<>();
            for (String known : KNOWN) {
                double x = 100 / (100 - Double.parseDouble(known));
                if (x <= getRange().getUpperBound()) {
                    ticks.add(new NumberTick(
                            TickType.MAJOR, x, known + " %", TextAnchor.TOP_CENTER, TextAnchor.CENTER, 0));
                }
            }
            return ticks;
        }
    }
}
