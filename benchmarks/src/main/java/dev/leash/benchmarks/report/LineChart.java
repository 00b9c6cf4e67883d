package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.Samples;
import java.awt.BasicStroke;
import java.awt.geom.Ellipse2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.data.category.DefaultCategoryDataset;

/** A work at growing numbers, a line of medians for each contestant. */
final class LineChart {
    static final int HEIGHT = 440;

    private LineChart() {}

    /** @param measurements whose ids hold the number, in its order */
    static JFreeChart of(String title, List<Measurement> measurements) {
        Set<Contestant> contestants = new TreeSet<>();
        measurements.forEach(
                measurement -> contestants.addAll(measurement.samples().keySet()));
        DefaultCategoryDataset dataset = new DefaultCategoryDataset();
        LineAndShapeRenderer renderer = new LineAndShapeRenderer();
        for (Contestant contestant : new ArrayList<>(contestants)) {
            for (Measurement measurement : measurements) {
                String number = "%,d".formatted(Integer.valueOf(measurement.id().replaceAll("\\D", "")));
                dataset.addValue(measurement.median(contestant).orElse(null), contestant.title(), number);
            }
            int row = dataset.getRowIndex(contestant.title());
            renderer.setSeriesPaint(row, contestant.color());
            renderer.setSeriesStroke(row, new BasicStroke(contestant == Contestant.LEASH ? 4f : 2.2f));
            renderer.setSeriesShape(row, new Ellipse2D.Double(-4, -4, 8, 8));
        }
        Measurement any = measurements.getFirst();
        CategoryPlot plot = new CategoryPlot(dataset, Look.names(), axis(measurements), renderer);
        String legend = "median in " + any.unit().symbol()
                + (any.unit().lowerIsBetter() ? ", log scale; less is better" : "; more is better");
        JFreeChart chart = Look.chart(title, legend, plot);
        chart.addLegend(Look.legend(plot));
        return chart;
    }

    private static ValueAxis axis(List<Measurement> measurements) {
        if (measurements.getFirst().unit().lowerIsBetter()) {
            return Look.logarithmic();
        }
        return Look.linear(1.05
                * measurements.stream()
                        .flatMap(measurement -> measurement.samples().values().stream())
                        .mapToDouble(Samples::median)
                        .max()
                        .orElse(1));
    }
}
