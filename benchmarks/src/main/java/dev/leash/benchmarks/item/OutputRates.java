package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.GIGABYTES_A_SECOND;
import static dev.leash.benchmarks.Measurement.Unit.MILLIONS_OF_LINES_A_SECOND;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import java.util.List;

/** How fast output comes through: as bytes from one child and from many, as lines, and to and fro through cat. */
final class OutputRates implements Item {
    /** So long that neither the start nor the growth of the pipes is what is measured. */
    private static final long BYTES = 256L << 20;

    private static final long BYTES_OF_MANY = 192L << 20;
    private static final int MANY = 50;
    private static final int LINES = 800_000;
    private static final int ECHOED = 32 << 20;

    private static final List<Contestant> READERS = List.of(
            Contestant.FLOOR,
            Contestant.LEASH,
            Contestant.LEASH_STREAM,
            Contestant.JDK,
            Contestant.NUPROCESS_3,
            Contestant.NUPROCESS_4,
            Contestant.ZT_EXEC,
            Contestant.COMMONS_EXEC);

    @Override
    public void measure(Bench bench) {
        int share = bench.mode().isSmoke() ? 64 : 1;
        for (int block : new int[] {4096, 8192, 65536}) {
            bytes(bench, 1, block, BYTES / share);
        }
        for (int block : new int[] {4096, 65536}) {
            bytes(bench, MANY, block, BYTES_OF_MANY / MANY / share);
        }
        int lines = LINES / share;
        bench.alternate(
                new Measurement("output", "output-lines", "Lines of 80 bytes", MILLIONS_OF_LINES_A_SECOND),
                READERS,
                "lines",
                bench.child("lines " + lines),
                nanos -> lines * 1e3 / nanos);
        int echoed = ECHOED / share;
        bench.alternate(
                new Measurement("output", "output-echo", "There and back through cat", GIGABYTES_A_SECOND),
                READERS,
                "echo",
                echoed + " /bin/cat",
                nanos -> echoed / nanos);
    }

    private static void bytes(Bench bench, int children, int block, long bytes) {
        String who = children == 1 ? "one child" : children + " children at once";
        bench.alternate(
                new Measurement(
                        "output",
                        "output-" + children + "-" + block,
                        "Output of " + who + ", writes of " + block / 1024 + " KiB",
                        GIGABYTES_A_SECOND),
                READERS,
                "output",
                children + " " + bench.child("write " + bytes + " " + block),
                nanos -> children * bytes / nanos);
    }
}
