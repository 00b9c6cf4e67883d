package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Contestant;
import dev.leash.benchmarks.Measurement;
import dev.leash.benchmarks.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.Aggregator;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.ListStatistics;

/** Everything in the form of JMH's own results, so that whatever reads those reads these. */
public final class JmhResults {
    private JmhResults() {}

    /** Writes what was measured here and what JMH has measured into one file. */
    public static void write(List<Measurement> measurements, List<RunResult> jmhs, Path file) {
        List<RunResult> all = new ArrayList<>(jmhs);
        for (Measurement measurement : measurements) {
            measurement.samples().forEach((contestant, samples) -> all.add(result(measurement, contestant, samples)));
        }
        ResultFormatFactory.getInstance(ResultFormatType.JSON, file.toString()).writeOut(all);
    }

    private static RunResult result(Measurement measurement, Contestant contestant, Samples samples) {
        WorkloadParams workload = new WorkloadParams();
        workload.put("contender", contestant.id(), contestant.ordinal());
        IterationParams iterations = new IterationParams(IterationType.MEASUREMENT, 1, TimeValue.NONE, 1);
        BenchmarkParams params = new BenchmarkParams(
                "dev.leash.benchmarks." + measurement.item() + "." + measurement.id(),
                "",
                false,
                1,
                new int[] {1},
                List.of(),
                1,
                0,
                iterations,
                iterations,
                Mode.SampleTime,
                workload,
                TimeUnit.MICROSECONDS,
                1,
                "",
                List.of(),
                System.getProperty("java.version"),
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                "1.37",
                TimeValue.NONE);
        IterationResult iteration = new IterationResult(
                params,
                iterations,
                new IterationResultMetaData(
                        samples.values().size(), samples.values().size()));
        iteration.addResult(new SamplesResult(
                measurement.id(),
                samples.values().stream().mapToDouble(value -> value).toArray(),
                measurement.unit().symbol()));
        return new RunResult(params, List.of(new BenchmarkResult(params, List.of(iteration))));
    }

    /** Samples of any unit: JMH's own are of time only. */
    private static final class SamplesResult extends Result<SamplesResult> {
        private static final long serialVersionUID = 1;

        private final double[] values;

        SamplesResult(String label, double[] values, String unit) {
            super(ResultRole.PRIMARY, label, new ListStatistics(values), unit, AggregationPolicy.AVG);
            this.values = values;
        }

        @Override
        protected Aggregator<SamplesResult> getThreadAggregator() {
            return SamplesResult::merge;
        }

        @Override
        protected Aggregator<SamplesResult> getIterationAggregator() {
            return SamplesResult::merge;
        }

        private static SamplesResult merge(Collection<SamplesResult> results) {
            SamplesResult any = results.iterator().next();
            double[] all = results.stream()
                    .flatMapToDouble(result -> DoubleStream.of(result.values))
                    .toArray();
            return new SamplesResult(any.getLabel(), all, any.getScoreUnit());
        }
    }
}
