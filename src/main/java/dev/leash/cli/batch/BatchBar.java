package dev.leash.cli.batch;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with the rate and the time left, for a terminal. */
final class BatchBar implements BatchProgress {
    private static final int UPDATE_MILLIS = 200;

    private final ProgressBar bar;

    /** @param columns how wide the terminal is now */
    BatchBar(BatchScreen screen, long total, IntSupplier columns) {
        bar = new ProgressBarBuilder()
                .setTaskName("batch")
                .setInitialMax(total)
                .setUnit(" jobs", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .continuousUpdate()
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ProgressBarConsumer() {
                    @Override
                    public int getMaxRenderedLength() {
                        // In the last column a terminal may already wrap.
                        return Math.max(20, columns.getAsInt() - 1);
                    }

                    @Override
                    public void accept(String text) {
                        screen.showBar(text);
                    }

                    @Override
                    public void close() {
                        screen.showBar("");
                    }
                })
                .build();
    }

    @Override
    public void ended(long ended, long failed) {
        if (failed > 0) {
            // The library puts no separator before this text.
            bar.setExtraMessage(", " + failed + " failed");
        }
        bar.stepTo(ended);
    }

    @Override
    public void close() {
        bar.close();
    }
}
