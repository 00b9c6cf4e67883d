package dev.leash.streams;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.support.RunsCommands;
import io.reactivex.rxjava3.core.Flowable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.FlowAdapters;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Publishers of children in Reactor and RxJava, and theirs in children, through the adapters that these come with. */
@Timeout(60)
class ReactiveTest extends RunsCommands {
    private static final int MANY = 20_000;

    private static ByteBuffer line(long number) {
        return ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private Child piped(Command command) throws Exception {
        return start(command.stdout(Output.pipe()));
    }

    // ---- Reactor.

    @Test
    void aFluxFeedsAChildAndReadsIt() throws Exception {
        Flux<ByteBuffer> numbers = Flux.range(0, MANY).map(ReactiveTest::line);
        Child child = piped(Command.of("sort", "-n", "-r")
                .stdin(Stdin.publisher(JdkFlowAdapter.publisherToFlowPublisher(numbers))));
        List<String> lines = JdkFlowAdapter.flowPublisherToFlux(child.stdoutLines())
                .collectList()
                .block();
        assertEquals(MANY, lines.size());
        assertEquals(Integer.toString(MANY - 1), lines.getFirst());
        assertEquals("0", lines.getLast());
        assertTrue(checked(child.await()).succeeded());
    }

    @Test
    void aFluxOfBuffersIsTheOutputByteForByte() throws Exception {
        Child child = piped(Command.of("head", "-c", "10000000", "/dev/zero"));
        long bytes = JdkFlowAdapter.flowPublisherToFlux(child.stdoutPublisher())
                .map(ByteBuffer::remaining)
                .reduce(0L, Long::sum)
                .block();
        assertEquals(10_000_000, bytes);
    }

    @Test
    void takingEnoughOfAFluxBreaksTheChildsPipe() throws Exception {
        Child child = piped(Command.of("yes"));
        assertEquals(
                List.of("y", "y", "y"),
                JdkFlowAdapter.flowPublisherToFlux(child.stdoutLines())
                        .take(3)
                        .collectList()
                        .block());
        assertEquals(
                new ExitStatus.Signaled(new Signal(13), false),
                checked(child.await()).status());
    }

    @Test
    void anErrorOfAFluxEndsTheRun() throws Exception {
        IllegalStateException error = new IllegalStateException("no more");
        Flux<ByteBuffer> failing = Flux.concat(Flux.just(line(1)), Flux.error(error));
        Child child = piped(Command.of("cat").stdin(Stdin.publisher(JdkFlowAdapter.publisherToFlowPublisher(failing))));
        Result result = checked(child.await());
        assertEquals(Cause.FAILED, result.cause());
        assertEquals(error, result.failure().orElseThrow());
    }

    @Test
    void aChildThatDoesNotReadHoldsAFluxBack() throws Exception {
        AtomicLong published = new AtomicLong();
        Flux<ByteBuffer> endless = Flux.generate(sink -> sink.next(ByteBuffer.allocate(64 * 1024)));
        Child child = start(Command.of("sleep", "60")
                .stdin(Stdin.publisher(JdkFlowAdapter.publisherToFlowPublisher(
                        endless.doOnNext(buffer -> published.incrementAndGet())))));
        eventually("the pipe is full", () -> published.get() >= 2);
        child.kill();
        assertEquals(Cause.CANCELLED, checked(child.await()).cause());
        assertTrue(published.get() < 100, () -> published + " buffers for nobody");
    }

    @Test
    void disposingAMonoOfTheResultStopsTheRun() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        Disposable subscribed = Mono.fromFuture(child.result()).subscribe();
        assertTrue(child.isRunning());
        subscribed.dispose();
        assertEquals(Cause.CANCELLED, checked(child.await()).cause());
    }

    // ---- RxJava.

    private static <T> Flowable<T> flowable(Flow.Publisher<T> publisher) {
        return Flowable.fromPublisher(FlowAdapters.toPublisher(publisher));
    }

    @Test
    void aFlowableFeedsAChildAndReadsIt() throws Exception {
        Flowable<ByteBuffer> numbers = Flowable.range(0, MANY).map(ReactiveTest::line);
        Child child =
                piped(Command.of("sort", "-n", "-r").stdin(Stdin.publisher(FlowAdapters.toFlowPublisher(numbers))));
        List<String> lines = flowable(child.stdoutLines()).toList().blockingGet();
        assertEquals(MANY, lines.size());
        assertEquals(Integer.toString(MANY - 1), lines.getFirst());
        assertTrue(checked(child.await()).succeeded());
    }

    @Test
    void takingEnoughOfAFlowableBreaksTheChildsPipe() throws Exception {
        Child child = piped(Command.of("yes"));
        assertEquals(
                List.of("y", "y"),
                flowable(child.stdoutLines()).take(2).toList().blockingGet());
        assertEquals(
                new ExitStatus.Signaled(new Signal(13), false),
                checked(child.await()).status());
    }

    @Test
    void aStreamOfTheResultStopsTheRunIfItIsTold() throws Exception {
        Child child = start(Command.of("sleep", "60"));
        var subscribed = Flowable.fromCompletionStage(child.result()).subscribe();
        subscribed.dispose();
        // RxJava forgets a stage and does not cancel it: who wants that says so.
        assertFalse(child.await(millis(50)).isPresent());
        var future = child.result();
        Flowable.fromCompletionStage(future)
                .doOnCancel(() -> future.cancel(true))
                .subscribe()
                .dispose();
        assertEquals(Cause.CANCELLED, checked(child.await()).cause());
        assertTrue(future.isCancelled());
    }
}
