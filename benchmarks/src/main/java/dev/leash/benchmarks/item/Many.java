package dev.leash.benchmarks.item;

import static dev.leash.benchmarks.Measurement.Unit.BYTES;
import static dev.leash.benchmarks.Measurement.Unit.COUNT;
import static dev.leash.benchmarks.Measurement.Unit.MICROSECONDS;
import static dev.leash.benchmarks.Measurement.Unit.MILLISECONDS;
import static dev.leash.benchmarks.Measurement.Unit.PERCENT;

import dev.leash.benchmarks.Bench;
import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.Measurement.Unit;
import java.util.List;

/**
 * What it is like to have many live children that do nothing: one more round trip, what each of them costs, and how long it
 * takes to start and to end them all. Each contestant has a fresh process for it; the collector's heap there is of one
 * size, and touched, so that what is resident besides is native memory.
 */
final class Many implements Item {
    /** In the answer to {@code state}. */
    private static final int HEAP = 0;

    private static final int RESIDENT = 1;
    private static final int THREADS = 2;
    private static final int CPU = 3;

    private static final long IDLE_MILLIS = 2_000;

    private static final List<Contestant> CONTESTANTS =
            List.of(Contestant.FLOOR, Contestant.LEASH, Contestant.JDK, Contestant.NUPROCESS_3);

    @Override
    public void measure(Bench bench) throws InterruptedException {
        Measurement alone =
                new Measurement("many", "many-0-roundtrip", "Round trip, with no other child", MICROSECONDS);
        Measurement startAlone =
                new Measurement("many", "many-0-spawn", "Start returns, with no other child", MICROSECONDS);
        bench.alternate(alone, CONTESTANTS, "roundtrip", bench.noop());
        bench.alternate(startAlone, CONTESTANTS, "spawn", bench.noop());
        for (int crowd : bench.mode().crowds()) {
            Sheet sheet = new Sheet(crowd);
            for (Contestant contestant : CONTESTANTS) {
                bench.spend(IDLE_MILLIS + crowd);
                sheet.fill(bench, contestant);
            }
        }
    }

    /** What is measured with one number of children. */
    private static final class Sheet {
        private final int crowd;
        private final Measurement start;
        private final Measurement roundTrip;
        private final Measurement oneMore;
        private final Measurement heap;
        private final Measurement resident;
        private final Measurement threads;
        private final Measurement cpu;
        private final Measurement end;

        Sheet(int crowd) {
            this.crowd = crowd;
            start = measurement("start", "%s idle children: start of all", MILLISECONDS);
            roundTrip = measurement("roundtrip", "Round trip, beside %s idle children", MICROSECONDS);
            oneMore = measurement("spawn", "Start returns, beside %s idle children", MICROSECONDS);
            heap = measurement("heap", "%s idle children: heap for each", BYTES);
            resident = measurement("native", "%s idle children: native memory for each", BYTES);
            threads = measurement("threads", "%s idle children: threads for them", COUNT);
            cpu = measurement("cpu", "%s idle children: CPU time while all are idle", PERCENT);
            end = measurement("end", "%s idle children: end of all", MILLISECONDS);
        }

        private Measurement measurement(String id, String title, Unit unit) {
            return new Measurement("many", "many-" + crowd + "-" + id, title.formatted("%,d".formatted(crowd)), unit);
        }

        void fill(Bench bench, Contestant contestant) throws InterruptedException {
            if (bench.planning()) {
                bench.alternate(roundTrip, List.of(contestant), "roundtrip", bench.noop());
                bench.alternate(oneMore, List.of(contestant), "spawn", bench.noop());
                return;
            }
            bench.restart(contestant);
            List.of(start, roundTrip, oneMore, heap, resident, threads, cpu, end)
                    .forEach(bench::add);
            bench.ask(roundTrip, contestant, "roundtrip " + bench.mode().warmMillis() + " " + bench.noop());
            List<Long> before = bench.ask(heap, contestant, "state");
            List<Long> started = bench.ask(start, contestant, "hold " + crowd + " " + bench.child("pause"));
            if (started == null) {
                bench.restart(contestant);
                return;
            }
            start.add(contestant, started.getFirst() / 1e6);
            List<Long> after = bench.ask(heap, contestant, "state");
            heap.add(contestant, Math.max(0, after.get(HEAP) - before.get(HEAP)) / (double) crowd);
            resident.add(contestant, Math.max(0, after.get(RESIDENT) - before.get(RESIDENT)) / (double) crowd);
            threads.add(contestant, after.get(THREADS) - before.get(THREADS));
            bench.alternate(roundTrip, List.of(contestant), "roundtrip", bench.noop());
            bench.alternate(oneMore, List.of(contestant), "spawn", bench.noop());
            List<Long> awake = bench.ask(cpu, contestant, "state");
            List<Long> asleep = bench.ask(cpu, contestant, "state");
            Thread.sleep(IDLE_MILLIS);
            List<Long> later = bench.ask(cpu, contestant, "state");
            // To ask for the state costs, too: that is what the first two are for.
            long spent = later.get(CPU) - asleep.get(CPU) - (asleep.get(CPU) - awake.get(CPU));
            cpu.add(contestant, Math.max(0, spent) / (IDLE_MILLIS * 1e6) * 100);
            List<Long> ended = bench.ask(end, contestant, "release");
            if (ended != null) {
                end.add(contestant, ended.getFirst() / 1e6);
            }
        }
    }
}
