package dev.leash.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemSource;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** What all charts look like. */
final class Look {
    static final Color TEXT = new Color(0x1f2937);

    private static final Color FAINT = new Color(0xe5e7eb);
    private static final BasicStroke GRID = new BasicStroke(1);
    static final Color SECOND = new Color(0x6b7280);

    private Look() {}

    static JFreeChart chart(String title, String legend, CategoryPlot plot) {
        plot.setRangeGridlinePaint(FAINT);
        plot.setRangeGridlineStroke(GRID);
        return chart(title, legend, (Plot) plot);
    }

    static JFreeChart chart(String title, String legend, XYPlot plot) {
        plot.setRangeGridlinePaint(FAINT);
        plot.setRangeGridlineStroke(GRID);
        plot.setDomainGridlinePaint(FAINT);
        plot.setDomainGridlineStroke(GRID);
        return chart(title, legend, (Plot) plot);
    }

    private static JFreeChart chart(String title, String legend, Plot plot) {
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlineVisible(false);
        JFreeChart chart = new JFreeChart(title, new Font(Charts.FONT, Font.BOLD, 17), plot, false);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(14, 14, 12, 22));
        chart.getTitle().setPaint(TEXT);
        chart.getTitle().setHorizontalAlignment(HorizontalAlignment.LEFT);
        TextTitle subtitle = new TextTitle(legend, new Font(Charts.FONT, Font.PLAIN, 12));
        subtitle.setPaint(SECOND);
        subtitle.setHorizontalAlignment(HorizontalAlignment.LEFT);
        subtitle.setPadding(2, 0, 10, 0);
        chart.addSubtitle(subtitle);
        return chart;
    }

    static LegendTitle legend(LegendItemSource items) {
        LegendTitle legend = new LegendTitle(items);
        legend.setPosition(RectangleEdge.BOTTOM);
        legend.setFrame(BlockBorder.NONE);
        legend.setItemFont(new Font(Charts.FONT, Font.PLAIN, 12));
        legend.setItemPaint(TEXT);
        return legend;
    }

    static CategoryAxis names() {
        CategoryAxis axis = new CategoryAxis();
        axis.setTickLabelFont(new Font(Charts.FONT, Font.PLAIN, 13));
        axis.setTickLabelPaint(TEXT);
        axis.setAxisLineVisible(false);
        axis.setTickMarksVisible(false);
        axis.setMaximumCategoryLabelWidthRatio(0.4f);
        axis.setLowerMargin(0.02);
        axis.setUpperMargin(0.02);
        axis.setCategoryMargin(0.35);
        return axis;
    }

    static <A extends ValueAxis> A quiet(A axis) {
        axis.setTickLabelFont(new Font(Charts.FONT, Font.PLAIN, 11));
        axis.setTickLabelPaint(SECOND);
        axis.setAxisLineVisible(false);
        axis.setTickMarksVisible(false);
        return axis;
    }

    /** With a mark at each power of ten. */
    static LogAxis logarithmic() {
        LogAxis axis = new LogAxis();
        axis.setTickUnit(new NumberTickUnit(1));
        axis.setNumberFormatOverride(numbers());
        return quiet(axis);
    }

    /** From zero to {@code most}, with some five marks at round numbers. */
    static NumberAxis linear(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(most / 5)));
        double digit = most / 5 / power;
        NumberAxis axis = new NumberAxis();
        axis.setRange(0, most);
        axis.setTickUnit(new NumberTickUnit((digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1) * power, numbers()));
        return quiet(axis);
    }

    static NumberFormat numbers() {
        return new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
    }
}
