package dev.leash.benchmarks.contender;

import dev.leash.Child;
import dev.leash.Command;
import dev.leash.Output;
import dev.leash.Signal;
import dev.leash.Stdin;
import dev.leash.StopPlan;
import dev.leash.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Leash with its defaults: guardian, shutdown hook, process groups. Bulk output goes to a handler on the loop. */
class Leash implements Contender {
    private static final StopPlan POLITELY =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(1)).kill();

    final Supervisor supervisor;

    Leash() throws IOException {
        supervisor = Supervisor.create();
    }

    @Override
    public void roundTrip(List<String> command) throws Exception {
        supervisor.run(Command.of(command));
    }

    @Override
    public Started start(List<String> command) throws Exception {
        return new Run(supervisor.start(Command.of(command)));
    }

    @Override
    public Started hold(List<String> command) throws Exception {
        Command quiet = Command.of(command).stdout(Output.discard()).stderr(Output.discard());
        return new Run(supervisor.start(quiet));
    }

    @Override
    public Started flood(List<String> command) throws Exception {
        return new Run(supervisor.start(Command.of(command).stdout(Output.onLoop(bytes -> {}))));
    }

    @Override
    public String end(List<String> command, Duration timeout, boolean politely) throws Exception {
        Command limited = Command.of(command).timeout(timeout);
        return supervisor.run(politely ? limited.stopPlan(POLITELY) : limited).stdout();
    }

    @Override
    public long read(List<String> command) throws Exception {
        return count(Command.of(command));
    }

    @Override
    public long lines(List<String> command) throws Exception {
        LongAdder lines = new LongAdder();
        supervisor.run(Command.of(command).stdout(Output.lines(line -> lines.increment())));
        return lines.sum();
    }

    @Override
    public long echo(List<String> command, byte[] input) throws Exception {
        return count(Command.of(command).stdin(Stdin.bytes(input)));
    }

    private long count(Command command) throws Exception {
        LongAdder bytes = new LongAdder();
        supervisor.run(command.stdout(Output.onLoop(chunk -> bytes.add(chunk.remaining()))));
        return bytes.sum();
    }

    @Override
    public void close() {
        supervisor.close();
    }

    private record Run(Child child) implements Started {
        @Override
        public void kill() {
            child.kill();
        }

        @Override
        public void await() throws InterruptedException {
            child.await();
        }

        @Override
        public void onEnd(Runnable action) {
            child.result().thenRun(action);
        }
    }
}
