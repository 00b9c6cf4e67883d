package dev.leash.internal.supervise;

import dev.leash.internal.io.CaptureBuffer;
import dev.leash.internal.io.Input;
import dev.leash.internal.io.InputPump;
import dev.leash.internal.io.Output;
import dev.leash.internal.io.OutputPump;
import dev.leash.internal.io.SharedBuffer;
import dev.leash.internal.loop.EventLoop;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.SystemCallException;
import org.jspecify.annotations.Nullable;

/** The pipes of one run, with their pumps. For the loop's thread. */
final class Streams {
    private static final byte[] NOTHING = {};

    private final @Nullable InputPump stdin;
    private final @Nullable OutputPump stdout;
    private final @Nullable OutputPump stderr;

    /** Starts to pump. If that fails, all the descriptors are closed. */
    Streams(EventLoop loop, SharedBuffer buffer, RunSpec spec, Started started, OutputPump.Listener listener)
            throws SystemCallException {
        InputPump in = null;
        OutputPump out = null;
        OutputPump err = null;
        try {
            if (spec.stdin() instanceof Input.Bytes bytes) {
                in = new InputPump(loop, buffer, started.stdin(), bytes.data());
            }
            if (spec.stdout() instanceof Output.Captured captured) {
                out = new OutputPump(loop, buffer, started.stdout(), new CaptureBuffer(captured.limit()), listener);
            }
            if (spec.stderr() instanceof Output.Captured captured) {
                err = new OutputPump(loop, buffer, started.stderr(), new CaptureBuffer(captured.limit()), listener);
            }
        } catch (SystemCallException e) {
            if (in != null) {
                in.close();
            } else {
                Descriptors.closeIfOpen(loop.callState(), started.stdin());
            }
            if (out != null) {
                out.abandon();
            } else {
                Descriptors.closeIfOpen(loop.callState(), started.stdout());
            }
            Descriptors.closeIfOpen(loop.callState(), started.stderr());
            throw e;
        }
        stdin = in;
        stdout = out;
        stderr = err;
    }

    /** Whether every output pipe has been read to its end. */
    boolean ended() {
        return (stdout == null || !stdout.open()) && (stderr == null || !stderr.open());
    }

    boolean complete() {
        return (stdout == null || stdout.complete()) && (stderr == null || stderr.complete());
    }

    void closeInput() {
        if (stdin != null) {
            stdin.close();
        }
    }

    /** Takes what is in the pipes and closes them. */
    void abandon() {
        closeInput();
        if (stdout != null) {
            stdout.abandon();
        }
        if (stderr != null) {
            stderr.abandon();
        }
    }

    byte[] stdout() {
        return captured(stdout);
    }

    byte[] stderr() {
        return captured(stderr);
    }

    private static byte[] captured(@Nullable OutputPump pump) {
        return pump == null ? NOTHING : pump.capture().toByteArray();
    }
}
