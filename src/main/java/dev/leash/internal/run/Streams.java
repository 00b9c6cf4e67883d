package dev.leash.internal.run;

import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.io.InputEnd;
import dev.leash.internal.io.InputQueue;
import dev.leash.internal.io.InputSource;
import dev.leash.internal.io.OutputEnd;
import dev.leash.internal.io.OutputQueue;
import dev.leash.internal.io.OutputTarget;
import dev.leash.internal.io.RunListener;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.LoopScope;
import dev.leash.internal.spec.ProgramSpec;
import dev.leash.internal.spec.RunSpec;
import dev.leash.internal.start.Started;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The inputs and outputs of a run's programs that pass through this process. Made on the thread that starts the run,
 * which may then ask for the queues; all else is for the loop's thread.
 */
public final class Streams {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** The input or output of one descriptor of a program. */
    private record Bound<P>(int stage, int descriptor, P port) {}

    private final LoopScope loop;
    // Usually two, and iterated several times in each run: plain loops over lists, since every run passes here, and to
    // link a lambda takes a millisecond of the first one.
    private final List<Bound<InputEnd>> inputs = new ArrayList<>(1);
    private final List<Bound<OutputEnd>> outputs = new ArrayList<>(2);

    Streams(LoopScope loop, ChunkPool pool, List<ProgramSpec> stages, RunListener listener) {
        this.loop = loop;
        SharedBuffer buffer = new SharedBuffer(loop);
        for (int index = 0; index < stages.size(); index++) {
            ProgramSpec stage = stages.get(index);
            boolean terminal = stage.terminal() != null;
            for (Map.Entry<Integer, InputSource> entry : stage.inputs().entrySet()) {
                int descriptor = entry.getKey();
                boolean ofTerminal = terminal && descriptor == STDIN;
                if (feeds(entry.getValue(), ofTerminal) && (descriptor != STDIN || index == 0)) {
                    inputs.add(new Bound<>(
                            index,
                            descriptor,
                            new InputEnd(loop, buffer, pool, entry.getValue(), ofTerminal, listener)));
                }
            }
            for (Map.Entry<Integer, OutputTarget> entry : stage.outputs().entrySet()) {
                int descriptor = entry.getKey();
                boolean intoPipeline = descriptor == STDOUT && index < stages.size() - 1;
                boolean ofTerminal = terminal && descriptor == STDERR;
                if (entry.getValue().observed() && !intoPipeline && !ofTerminal) {
                    outputs.add(new Bound<>(
                            index,
                            descriptor,
                            new OutputEnd(loop, buffer, pool, entry.getValue(), descriptor, listener)));
                }
            }
        }
    }

    private static boolean feeds(InputSource input, boolean terminal) {
        // A terminal has no end of file of its own: the end-of-file character has to be typed.
        return input instanceof InputSource.Empty ? terminal : input.fed();
    }

    private static <P> @Nullable P find(List<Bound<P>> all, int stage, int descriptor) {
        for (Bound<P> bound : all) {
            if (bound.stage() == stage && bound.descriptor() == descriptor) {
                return bound.port();
            }
        }
        return null;
    }

    /** Connects the user code that feeds the programs. On the thread that starts the run. */
    void connect() {
        for (Bound<InputEnd> input : inputs) {
            input.port().connect();
        }
    }

    /** Whether no input or output does anything before the programs write. */
    static boolean isOnlyCaptured(RunSpec spec) {
        for (ProgramSpec stage : spec.stages()) {
            for (InputSource input : stage.inputs().values()) {
                if (input.fed()) {
                    return false;
                }
            }
        }
        return concernsNobodyElse(spec);
    }

    /** Whether all input is there from the beginning, and all output is for the result. */
    public static boolean concernsNobodyElse(RunSpec spec) {
        for (ProgramSpec stage : spec.stages()) {
            if (stage.terminal() != null) {
                return false;
            }
            for (InputSource input : stage.inputs().values()) {
                if (input.fed() && !(input instanceof InputSource.Bytes)) {
                    return false;
                }
            }
            for (OutputTarget output : stage.outputs().values()) {
                if (output.observed() && !(output instanceof OutputTarget.Captured)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Starts all inputs and outputs. If that fails, every descriptor is closed or has its owner. */
    void open(List<Started.Program> started) throws SystemCallException {
        Throwable failure = null;
        for (int index = 0; index < started.size(); index++) {
            for (Started.End end : started.get(index).ownEnds()) {
                try {
                    open(index, end);
                } catch (SystemCallException e) {
                    Descriptors.close(loop.callState(), end.fd());
                    failure = e;
                } catch (OutOfMemoryError e) {
                    failure = e; // no thread for a consumer: the descriptor already has its pump
                }
            }
        }
        if (failure instanceof SystemCallException e) {
            throw e;
        }
        if (failure instanceof OutOfMemoryError e) {
            throw e;
        }
    }

    /** Closes this process's ends of pipes that were never opened here. */
    void discard(List<Started.Program> started) {
        for (Started.Program program : started) {
            program.ownEnds().forEach(end -> Descriptors.close(loop.callState(), end.fd()));
        }
        abandon();
    }

    private void open(int stage, Started.End end) throws SystemCallException {
        InputEnd input = find(inputs, stage, end.descriptor());
        OutputEnd output = find(outputs, stage, end.descriptor());
        if (input != null) {
            input.open(end.fd());
        } else if (output != null) {
            output.open(end.fd());
        } else {
            // An unused side of a terminal.
            Descriptors.close(loop.callState(), end.fd());
        }
    }

    /** Whether every output has been read to its end. */
    boolean atEnd() {
        for (Bound<OutputEnd> output : outputs) {
            if (!output.port().closed()) {
                return false;
            }
        }
        return true;
    }

    /** Whether, besides, all consumers have finished. */
    boolean delivered() {
        for (Bound<OutputEnd> output : outputs) {
            if (!output.port().done()) {
                return false;
            }
        }
        return true;
    }

    boolean complete() {
        for (Bound<OutputEnd> output : outputs) {
            if (!output.port().complete()) {
                return false;
            }
        }
        return true;
    }

    /** Reads what is available by now. */
    void poll() {
        for (Bound<OutputEnd> output : outputs) {
            output.port().poll();
        }
    }

    boolean anyPaused() {
        for (Bound<OutputEnd> output : outputs) {
            if (output.port().paused()) {
                return true;
            }
        }
        return false;
    }

    void endInputs() {
        for (Bound<InputEnd> input : inputs) {
            input.port().end();
        }
    }

    /** Reads what is in the pipes, even if no reader asks, and goes on to their ends. */
    void drain() {
        for (Bound<OutputEnd> output : outputs) {
            output.port().drain();
        }
    }

    /** Reads what is in the pipes and closes them. */
    void abandon() {
        endInputs();
        for (Bound<OutputEnd> output : outputs) {
            output.port().abandon();
        }
    }

    void giveUpOnConsumers() {
        for (Bound<OutputEnd> output : outputs) {
            output.port().giveUpOnConsumer();
        }
    }

    /** The descriptors of outputs that have not ended. */
    List<Integer> openDescriptors() {
        List<Integer> open = new ArrayList<>();
        for (Bound<OutputEnd> output : outputs) {
            if (output.port().fd() >= 0) {
                open.add(output.port().fd());
            }
        }
        return open;
    }

    long malformed() {
        long sum = 0;
        for (Bound<OutputEnd> output : outputs) {
            sum += output.port().malformed();
        }
        return sum;
    }

    long longestHandlerNanos() {
        long longest = 0;
        for (Bound<OutputEnd> output : outputs) {
            longest = Math.max(longest, output.port().longestHandlerNanos());
        }
        return longest;
    }

    /** To be called once for each program. */
    Map<Integer, byte[]> takeCaptured(int stage) {
        Map<Integer, byte[]> captured = new HashMap<>(4);
        for (Bound<OutputEnd> output : outputs) {
            if (output.stage() == stage) {
                captured.put(output.descriptor(), output.port().takeCaptured());
            }
        }
        return captured;
    }

    Map<Integer, Long> dropped(int stage) {
        Map<Integer, Long> dropped = Map.of();
        for (Bound<OutputEnd> output : outputs) {
            if (output.stage() == stage && output.port().dropped() > 0) {
                if (dropped.isEmpty()) {
                    dropped = new HashMap<>();
                }
                dropped.put(output.descriptor(), output.port().dropped());
            }
        }
        return dropped;
    }

    /** From any thread. */
    @Nullable
    InputQueue input(int descriptor) {
        InputEnd port = find(inputs, 0, descriptor);
        return port == null ? null : port.flow();
    }

    /** From any thread. */
    @Nullable
    OutputQueue output(int stage, int descriptor) {
        OutputEnd port = find(outputs, stage, descriptor);
        return port == null ? null : port.flow();
    }

    /** Sets the size of the terminal; false if there is none or it is closed. */
    boolean resize(int columns, int rows) {
        OutputEnd master = find(outputs, 0, STDOUT);
        return master != null
                && master.fd() >= 0
                && PseudoTerminal.resize(loop.callState(), master.fd(), columns, rows) == 0;
    }
}
