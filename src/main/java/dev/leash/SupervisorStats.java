package dev.leash;

import dev.leash.internal.engine.RunMeter;
import dev.leash.internal.loop.LoopMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a {@link Supervisor} does and has done since it was created. Immutable. The numbers are read one by one while
 * it runs, so one of them may be a moment ahead of another.
 *
 * {@snippet :
 * SupervisorStats stats = supervisor.stats();
 * if (stats.loopLag().quantile(0.99).toMillis() > 10) {
 *     log.warn("something holds up the loop: {}", stats);
 * }
 * }
 *
 * @param live how many runs have not ended
 * @param started how many runs were started
 * @param failedStarts how many starts failed
 * @param timedOut how many runs were ended by their {@link Command#timeout}
 * @param bytesRead how much output of children has passed through Leash
 * @param bytesWritten how much input of children has passed through Leash
 * @param services how many services run, or will: they wait, back off or are being stopped
 * @param serviceRestarts how often a service has ended and was to be started again
 * @param failedServices how often a service has failed for good
 * @param loopLag how long each turn took of the loop and of the loops of threads in {@link Supervisor#run}. Events
 *     during a turn wait until it is over. So the output of a child may be this late; a deadline is at most this
 *     late, since the clock is checked between any two steps of a turn. A slow {@link Output#onLoop} handler shows
 *     here
 */
public record SupervisorStats(
        long live,
        long started,
        long failedStarts,
        long timedOut,
        long bytesRead,
        long bytesWritten,
        long services,
        long serviceRestarts,
        long failedServices,
        Histogram loopLag) {
    static SupervisorStats of(RunMeter runs, List<LoopMeter> loops, ServiceMeter services) {
        long[] turns = LoopMeter.turnsOf(loops);
        List<Histogram.Bucket> buckets = new ArrayList<>();
        for (long count : turns) {
            buckets.add(new Histogram.Bucket(Duration.ofNanos(LoopMeter.limitNanos(buckets.size())), count));
        }
        long longest = loops.stream().mapToLong(LoopMeter::longestNanos).max().orElse(0);
        return new SupervisorStats(
                runs.liveCount(),
                runs.startedCount(),
                runs.failedStartsCount(),
                runs.timedOutCount(),
                sum(loops, LoopMeter::bytesRead),
                sum(loops, LoopMeter::bytesWritten),
                services.activeCount(),
                services.restartsCount(),
                services.failuresCount(),
                new Histogram(buckets, Duration.ofNanos(sum(loops, LoopMeter::totalNanos)), Duration.ofNanos(longest)));
    }

    private static long sum(List<LoopMeter> loops, ToLongFunction<LoopMeter> count) {
        return loops.stream().mapToLong(count).sum();
    }
}
