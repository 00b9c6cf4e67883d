package dev.leash.cli.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.Cause;
import dev.leash.Limit;
import dev.leash.Signal;
import dev.leash.SpawnException;
import dev.leash.StopStepTaken;
import dev.leash.Straggler;
import dev.leash.cli.io.RawText;
import dev.leash.internal.contain.CgroupUse;
import dev.leash.internal.contain.Members;
import dev.leash.internal.run.Ending;
import dev.leash.internal.run.ReachedLimits;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.WaitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code leash run} says in the end: a JSON object, or a line for people. */
public final class RunReport {
    private final RunOptions options;
    private int pid;
    private @Nullable Ending outcome;
    private @Nullable SpawnException failure;

    RunReport(RunOptions options) {
        this.options = options;
    }

    RunReport ended(int pid, Ending outcome) {
        this.pid = pid;
        this.outcome = outcome;
        return this;
    }

    RunReport failedStart(SpawnException failure) {
        this.failure = failure;
        return this;
    }

    /** One line, as {@link RawText}; null if there is nothing to say because the program has just exited. */
    @Nullable
    String line() {
        if (failure != null) {
            return RawText.of(String.valueOf(failure.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
        if (outcome == null) {
            return null;
        }
        String program = options.command().getFirst();
        boolean plain = outcome.cause() == Cause.EXITED
                && outcome.exit().known()
                && !outcome.exit().signaled()
                && outcome.stragglersKilled() == 0
                && outcome.leftAlive().isEmpty()
                && outcome.limits().isNone();
        if (plain) {
            return null;
        }
        StringBuilder line = new StringBuilder(program);
        switch (outcome.cause()) {
            case TIMED_OUT ->
                line.append(" timed out after ").append(options.timeoutText()).append(" and");
            case IDLE -> line.append(" had no output for too long and");
            case FAILED ->
                line.append(" was stopped by ").append(outcome.failure()).append(" and");
            case OUTPUT_LIMIT -> line.append(" wrote more than its output limit and");
            case CANCELLED, CLOSED -> line.append(" was cancelled and");
            case EXITED -> {}
        }
        WaitStatus exit = outcome.exit();
        if (exit.signaled()) {
            line.append(" was ended by ").append(new Signal(exit.signal()));
            line.append(exit.coreDumped() ? " (core dumped)" : "");
        } else if (!exit.known()) {
            line.append(
                    exit.equals(WaitStatus.PENDING) ? " could not be ended" : " ended, but its exit status is lost");
        } else {
            line.append(" exited with ").append(exit.code());
        }
        line.append(outcome.limits().text());
        if (outcome.stragglersKilled() > 0) {
            line.append("; processes it had left behind and that were killed: ").append(outcome.stragglersKilled());
        }
        line.append(left(outcome));
        return line.toString();
    }

    /** Who could not be ended and why, to be appended; if anybody. Names are the bytes of a process, as {@link RawText}. */
    public static String left(Ending outcome) {
        if (!outcome.leftAlive().isEmpty()) {
            return "; still alive: " + Members.text(outcome.leftAlive(), outcome.refusal());
        }
        return outcome.stopSteps().stream()
                .filter(StopStepTaken::refused)
                .findFirst()
                .map(step -> "; " + step.signal() + " was refused (" + Errno.name(outcome.refusal()) + ")")
                .orElse("");
    }

    /** Writes the object and a newline, in UTF-8. */
    void writeJson(OutputStream sink) throws IOException {
        // Written as it is made: the text of what was captured is several times larger than the bytes.
        try (JsonGenerator json = new JsonFactory().createGenerator(sink)) {
            json.writeStartObject();
            command(json, options.command());
            if (outcome != null) {
                outcome(json, outcome);
            } else if (failure != null) {
                failure(json, failure);
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    /**
     * Writes the command line of a program.
     *
     * @param raw the program and its arguments, {@link RawText}
     */
    public static void command(JsonGenerator json, List<String> raw) throws IOException {
        List<byte[]> command = RawText.bytes(raw);
        boolean utf8 = true;
        json.writeArrayFieldStart("command");
        for (byte[] argument : command) {
            utf8 &= RawText.utf8(argument) != null;
            json.writeString(new String(argument, StandardCharsets.UTF_8));
        }
        json.writeEndArray();
        if (!utf8) {
            json.writeArrayFieldStart("commandBase64");
            for (byte[] argument : command) {
                json.writeBinary(argument);
            }
            json.writeEndArray();
        }
    }

    private void outcome(JsonGenerator json, Ending ended) throws IOException {
        WaitStatus exit = ended.exit();
        json.writeNumberField("pid", pid);
        json.writeStringField("cause", cause(ended.cause()));
        if (exit.signaled()) {
            json.writeNullField("exitCode");
            json.writeStringField("signal", new Signal(exit.signal()).name());
        } else {
            writeCode(json, exit);
            json.writeNullField("signal");
        }
        json.writeBooleanField("coreDumped", exit.coreDumped());
        json.writeNumberField("wallNanos", ended.wallNanos());
        output(json, ended);
        json.writeNumberField("stragglersKilled", ended.stragglersKilled());
        limits(json, ended.limits());
        members(json, "killed", ended.killed(), ended.refusal());
        members(json, "survivors", ended.leftAlive(), ended.refusal());
        json.writeArrayFieldStart("stopSteps");
        for (StopStepTaken step : ended.stopSteps()) {
            json.writeStartObject();
            json.writeStringField("signal", step.signal().name());
            json.writeNumberField("afterNanos", step.after().toNanos());
            refused(json, step.refused(), ended.refusal());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("usage");
        json.writeNumberField("userNanos", exit.userNanos());
        json.writeNumberField("systemNanos", exit.systemNanos());
        json.writeNumberField("minorFaults", exit.minorFaults());
        json.writeNumberField("majorFaults", exit.majorFaults());
        json.writeNumberField("voluntarySwitches", exit.voluntarySwitches());
        json.writeNumberField("involuntarySwitches", exit.involuntarySwitches());
        json.writeEndObject();
        if (ended.use() != null) {
            use(json, ended.use());
        }
    }

    /** The limits that were reached, and the OOM kills if they are known. */
    public static void limits(JsonGenerator json, ReachedLimits limits) throws IOException {
        json.writeArrayFieldStart("limitsReached");
        for (Limit kind : limits.kinds()) {
            json.writeString(kind.name().toLowerCase(Locale.ROOT));
        }
        json.writeEndArray();
        if (limits.oomKills() >= 0) {
            json.writeNumberField("oomKills", limits.oomKills());
        }
    }

    /** Null if it is not known. */
    public static void writeCode(JsonGenerator json, WaitStatus exit) throws IOException {
        if (exit.known()) {
            json.writeNumberField("exitCode", exit.code());
        } else {
            json.writeNullField("exitCode");
        }
    }

    /** With which errno the kernel refused a signal, where it did. */
    private static void refused(JsonGenerator json, boolean refused, int refusal) throws IOException {
        if (refused) {
            json.writeStringField("refused", Errno.name(refusal));
        }
    }

    public static void members(JsonGenerator json, String name, List<Straggler> members, int refusal)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Straggler member : members) {
            json.writeStartObject();
            json.writeNumberField("pid", member.pid());
            json.writeStringField("name", member.name());
            json.writeStringField("bond", member.membership().name().toLowerCase(Locale.ROOT));
            refused(json, member.refused(), refusal);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** What all processes of a cgroup have used together; nothing of what the kernel does not tell. */
    private static void use(JsonGenerator json, CgroupUse use) throws IOException {
        json.writeObjectFieldStart("cgroup");
        number(json, "memoryPeakBytes", use.memoryPeakBytes(), 1);
        number(json, "pidsPeak", use.pidsPeak(), 1);
        number(json, "userNanos", use.userMicros(), 1_000);
        number(json, "systemNanos", use.systemMicros(), 1_000);
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, long value, long factor) throws IOException {
        if (value >= 0) {
            json.writeNumberField(name, value * factor);
        }
    }

    /** What was captured, and whether it is all. */
    public static void output(JsonGenerator json, Ending ended) throws IOException {
        output(json, "stdout", ended.captured(1));
        output(json, "stderr", ended.captured(2));
        json.writeNumberField("stdoutDropped", ended.dropped(1));
        json.writeNumberField("stderrDropped", ended.dropped(2));
        json.writeBooleanField("outputComplete", ended.outputComplete());
    }

    private static void output(JsonGenerator json, String name, byte[] bytes) throws IOException {
        String text = RawText.utf8(bytes);
        if (text != null) {
            json.writeStringField(name, text);
        } else {
            json.writeBinaryField(name + "Base64", bytes);
        }
    }

    public static void failure(JsonGenerator json, SpawnException failed) throws IOException {
        json.writeNullField("pid");
        json.writeStringField("cause", givenUp(failed));
        json.writeNullField("exitCode");
        json.writeNullField("signal");
        json.writeObjectFieldStart("error");
        json.writeStringField("errno", Errno.name(failed.errno()));
        json.writeStringField("message", failed.getMessage());
        json.writeStringField("path", failed.path());
        json.writeEndObject();
    }

    /** Of a start that waited for somebody; null for one that failed by itself. */
    private static @Nullable String givenUp(SpawnException failed) {
        return failed.givenUp()
                .map(cause -> cause(cause == Cause.TIMED_OUT ? Cause.TIMED_OUT : Cause.CANCELLED))
                .orElse(null);
    }

    public static String cause(Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }
}
