package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;

/**
 * A work, a bar for each contestant. Of times the bar is the median, its pale rest the 99th percentile, and the axis is
 * logarithmic; of rates it is the median alone, from zero.
 */
final class BarChart {
    private static final int HEAD = 120;
    private static final int BAR = 34;
    private static final float PALE = 0.28f;

    /** Room for the numbers behind the longest bar. */
    private static final double LABELS = 1.35;

    private BarChart() {}

    static int height(Measurement measurement) {
        return HEAD + BAR * measurement.samples().size();
    }

    static JFreeChart of(Measurement measurement) {
        List<Contestant> contestants = List.copyOf(measurement.samples().keySet());
        boolean times = measurement.unit().lowerIsBetter();
        CategoryAxis names = Look.names();
        CategoryPlot plot = new CategoryPlot();
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        plot.setDomainAxis(names);
        plot.setRangeAxis(times ? logarithmic(measurement) : linear(measurement));
        plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        int front = 0;
        if (times) {
            plot.setDataset(front, dataset(measurement, 0.99));
            plot.setRenderer(front, new Bars(contestants, true, measurement));
            front++;
        }
        plot.setDataset(front, dataset(measurement, 0.5));
        plot.setRenderer(front, new Bars(contestants, false, measurement));
        String legend = times
                ? "median, and pale up to the 99th percentile, in "
                        + measurement.unit().symbol() + ", log scale; less is better"
                : "median in " + measurement.unit().symbol() + "; more is better";
        return Look.chart(measurement.title(), legend, plot);
    }

    private static DefaultCategoryDataset dataset(Measurement measurement, double quantile) {
        DefaultCategoryDataset dataset = new DefaultCategoryDataset();
        measurement
                .samples()
                .forEach((contestant, samples) -> dataset.addValue(samples.quantile(quantile), "", contestant.title()));
        return dataset;
    }

    private static ValueAxis logarithmic(Measurement measurement) {
        double least = measurement.samples().values().stream()
                .mapToDouble(s -> s.median())
                .min()
                .orElse(1);
        double most = measurement.samples().values().stream()
                .mapToDouble(s -> s.quantile(0.99))
                .max()
                .orElse(1);
        double from = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-3)) - 0.3));
        LogAxis axis = Look.logarithmic();
        // A quarter of the width is for the labels behind the bars.
        axis.setRange(from, Math.max(most, from * 10) * Math.pow(Math.max(most, from * 10) / from, 0.45));
        return axis;
    }

    private static ValueAxis linear(Measurement measurement) {
        double most = measurement.samples().values().stream()
                .mapToDouble(s -> s.median())
                .max()
                .orElse(1);
        return Look.linear(most * LABELS);
    }

    private static final class Bars extends BarRenderer {
        private static final long serialVersionUID = 1;

        private final transient List<Contestant> contestants;

        Bars(List<Contestant> contestants, boolean pale, Measurement measurement) {
            this.contestants = contestants;
            boolean labelled = pale || !measurement.unit().lowerIsBetter();
            setBarPainter(new StandardBarPainter());
            setShadowVisible(false);
            setDrawBarOutline(false);
            setItemMargin(0);
            setMaximumBarWidth(0.08);
            setIncludeBaseInRange(false);
            setBase(measurement.unit().lowerIsBetter() ? 1e-6 : 0);
            setDefaultItemLabelFont(new Font(Charts.FONT, Font.PLAIN, 12));
            setDefaultItemLabelPaint(Look.TEXT);
            setDefaultItemLabelsVisible(labelled);
            setDefaultPositiveItemLabelPosition(
                    new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
            setDefaultItemLabelGenerator(new Labels(measurement, contestants));
            this.pale = pale;
        }

        private final boolean pale;

        @Override
        public Paint getItemPaint(int row, int column) {
            Color color = contestants.get(column).color();
            return pale ? mixedWithWhite(color) : color;
        }

        private static Color mixedWithWhite(Color color) {
            return new Color(mixed(color.getRed()), mixed(color.getGreen()), mixed(color.getBlue()));
        }

        private static int mixed(int part) {
            return Math.round(255 - (255 - part) * PALE);
        }
    }

    /** The numbers behind a bar. */
    private record Labels(Measurement measurement, List<Contestant> contestants)
            implements org.jfree.chart.labels.CategoryItemLabelGenerator {
        @Override
        public String generateRowLabel(org.jfree.data.category.CategoryDataset dataset, int row) {
            return "";
        }

        @Override
        public String generateColumnLabel(org.jfree.data.category.CategoryDataset dataset, int column) {
            return contestants.get(column).title();
        }

        @Override
        public String generateLabel(org.jfree.data.category.CategoryDataset dataset, int row, int column) {
            Contestant contestant = contestants.get(column);
            double median = measurement.median(contestant).orElseThrow();
            String label = Markdown.number(median);
            if (measurement.unit().lowerIsBetter()) {
                label += "  ("
                        + Markdown.number(measurement.quantile(contestant, 0.99).orElseThrow()) + ")";
            }
            return label
                    + measurement
                            .median(Contestant.FLOOR)
                            .filter(floor -> floor > 0 && contestant != Contestant.FLOOR)
                            .map(floor -> String.format(Locale.ROOT, "   %.2f × floor", median / floor))
                            .orElse("");
        }
    }
}
