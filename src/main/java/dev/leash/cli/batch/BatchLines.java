package dev.leash.cli.batch;

/** Progress as a line every ten seconds, if there is no terminal. */
final class BatchLines implements BatchProgress {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final BatchScreen screen;
    private final long start = System.nanoTime();
    private final long total;
    private long lastNanos = start;

    BatchLines(BatchScreen screen, long total) {
        this.screen = screen;
        this.total = total;
    }

    @Override
    public void ended(long ended, long failed) {
        long now = System.nanoTime();
        if (now - lastNanos < INTERVAL_NANOS) {
            return;
        }
        lastNanos = now;
        double rate = ended * 1e9 / (now - start);
        StringBuilder line = new StringBuilder().append(ended);
        if (total >= 0) {
            line.append(" of ").append(total);
        }
        line.append(" jobs have ended");
        if (failed > 0) {
            line.append(", ").append(failed).append(" failed");
        }
        line.append(String.format(java.util.Locale.ROOT, ", %.1f/s", rate));
        if (total >= 0 && rate > 0) {
            line.append(", ")
                    .append(BatchSummary.seconds((long) ((total - ended) / rate * 1e9)))
                    .append(" left");
        }
        screen.say(line.toString());
    }

    @Override
    public void close() {}
}
