package dev.leash.internal.supervise;

import dev.leash.internal.io.ChunkPool;
import dev.leash.internal.io.Input;
import dev.leash.internal.io.InputFlow;
import dev.leash.internal.io.InputPort;
import dev.leash.internal.io.Output;
import dev.leash.internal.io.OutputFlow;
import dev.leash.internal.io.OutputPort;
import dev.leash.internal.io.RunListener;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.PseudoTerminal;
import dev.leash.internal.sys.SystemCallException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes into the programs of a run and comes out of them through this process. Made on the thread that starts the run,
 * which may then ask for the flows; all else is for the loop's thread.
 */
final class Streams {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private record Place(int stage, int descriptor) {}

    private final EventLoop loop;
    private final Map<Place, InputPort> inputs = new HashMap<>();
    private final Map<Place, OutputPort> outputs = new HashMap<>();

    Streams(EventLoop loop, SharedBuffer buffer, ChunkPool pool, List<StageSpec> stages, RunListener listener) {
        this.loop = loop;
        for (int index = 0; index < stages.size(); index++) {
            StageSpec stage = stages.get(index);
            boolean terminal = stage.terminal() != null;
            for (Map.Entry<Integer, Input> entry : stage.inputs().entrySet()) {
                int descriptor = entry.getKey();
                boolean ofTerminal = terminal && descriptor == STDIN;
                if (feeds(entry.getValue(), ofTerminal) && (descriptor != STDIN || index == 0)) {
                    inputs.put(
                            new Place(index, descriptor),
                            new InputPort(loop, buffer, pool, entry.getValue(), ofTerminal, listener));
                }
            }
            for (Map.Entry<Integer, Output> entry : stage.outputs().entrySet()) {
                int descriptor = entry.getKey();
                boolean intoPipeline = descriptor == STDOUT && index < stages.size() - 1;
                boolean ofTerminal = terminal && descriptor == STDERR;
                if (entry.getValue().observed() && !intoPipeline && !ofTerminal) {
                    outputs.put(
                            new Place(index, descriptor),
                            new OutputPort(loop, buffer, pool, entry.getValue(), descriptor, listener));
                }
            }
        }
    }

    private static boolean feeds(Input input, boolean terminal) {
        return switch (input) {
            case Input.Bytes bytes -> true;
            case Input.Piped piped -> true;
            case Input.Published published -> true;
            case Input.Streamed streamed -> true;
            // A terminal has no end of its own: somebody has to type it.
            case Input.Empty empty -> terminal;
            default -> false;
        };
    }

    /** Connects the user code that feeds the programs. On the thread that starts the run. */
    void connect() {
        inputs.values().forEach(InputPort::connect);
    }

    /** Whether nothing is to be done before the programs write or end. From any thread. */
    boolean onlyCaptured() {
        return inputs.isEmpty() && outputs.values().stream().allMatch(OutputPort::isCapture);
    }

    /** Starts all of it. If that fails, every descriptor is closed, or has its owner. */
    void open(List<Started.Program> started) throws SystemCallException {
        Throwable failure = null;
        for (int index = 0; index < started.size(); index++) {
            for (Map.Entry<Integer, Integer> end : started.get(index).ownEnds().entrySet()) {
                try {
                    open(new Place(index, end.getKey()), end.getValue());
                } catch (SystemCallException e) {
                    Descriptors.close(loop.callState(), end.getValue());
                    failure = e;
                } catch (OutOfMemoryError e) {
                    failure = e; // no thread for a consumer: the descriptor has its pump by then
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
            program.ownEnds().values().forEach(fd -> Descriptors.close(loop.callState(), fd));
        }
        abandon();
    }

    private void open(Place place, int fd) throws SystemCallException {
        InputPort input = inputs.get(place);
        OutputPort output = outputs.get(place);
        if (input != null) {
            input.open(fd);
        } else if (output != null) {
            output.open(fd);
        } else {
            // A side of a terminal that nobody uses.
            Descriptors.close(loop.callState(), fd);
        }
    }

    /** Whether every output has been read to its end. */
    boolean read() {
        return outputs.values().stream().allMatch(OutputPort::closed);
    }

    /** Whether, besides, whoever was given it has finished. */
    boolean done() {
        return outputs.values().stream().allMatch(OutputPort::done);
    }

    boolean complete() {
        return outputs.values().stream().allMatch(OutputPort::complete);
    }

    boolean anyPaused() {
        return outputs.values().stream().anyMatch(OutputPort::paused);
    }

    void endInputs() {
        inputs.values().forEach(InputPort::end);
    }

    /** Takes what is in the pipes, wanted or not, and goes on reading to their ends. */
    void drain() {
        outputs.values().forEach(OutputPort::drain);
    }

    /** Takes what is in the pipes and closes them. */
    void abandon() {
        endInputs();
        outputs.values().forEach(OutputPort::abandon);
    }

    void giveUpOnConsumers() {
        outputs.values().forEach(OutputPort::giveUpOnConsumer);
    }

    /** The descriptors of outputs that have not ended. */
    List<Integer> openDescriptors() {
        return outputs.values().stream()
                .map(OutputPort::fd)
                .filter(fd -> fd >= 0)
                .toList();
    }

    long malformed() {
        return outputs.values().stream().mapToLong(OutputPort::malformed).sum();
    }

    long longestHandlerNanos() {
        return outputs.values().stream()
                .mapToLong(OutputPort::longestHandlerNanos)
                .max()
                .orElse(0);
    }

    /** To be called once for each stage. */
    Map<Integer, byte[]> takeCaptured(int stage) {
        Map<Integer, byte[]> captured = new HashMap<>();
        outputs.forEach((place, port) -> {
            if (place.stage() == stage) {
                captured.put(place.descriptor(), port.takeCaptured());
            }
        });
        return captured;
    }

    Map<Integer, Long> dropped(int stage) {
        Map<Integer, Long> dropped = new HashMap<>();
        outputs.forEach((place, port) -> {
            if (place.stage() == stage && port.dropped() > 0) {
                dropped.put(place.descriptor(), port.dropped());
            }
        });
        return dropped;
    }

    /** From any thread. */
    @Nullable
    InputFlow input(int descriptor) {
        InputPort port = inputs.get(new Place(0, descriptor));
        return port == null ? null : port.flow();
    }

    /** From any thread. */
    @Nullable
    OutputFlow output(int stage, int descriptor) {
        OutputPort port = outputs.get(new Place(stage, descriptor));
        return port == null ? null : port.flow();
    }

    /** Sets the size of the terminal; false if there is none, or it is gone. */
    boolean resize(int columns, int rows) {
        OutputPort master = outputs.get(new Place(0, STDOUT));
        return master != null
                && master.fd() >= 0
                && PseudoTerminal.resize(loop.callState(), master.fd(), columns, rows) == 0;
    }
}
