package dev.leash.cli.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.Cause;
import dev.leash.ExitStatus;
import dev.leash.Limit;
import dev.leash.Result;
import dev.leash.SpawnException;
import dev.leash.StopStepTaken;
import dev.leash.Straggler;
import dev.leash.Usage;
import dev.leash.cli.io.RawText;
import dev.leash.internal.access.CommandAccess;
import dev.leash.internal.access.CommandAccess.GroupUse;
import dev.leash.internal.sys.Errno;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The report of {@code leash run} at its end: a JSON object or a line of text. */
public final class RunReport {
    private static final CommandAccess ACCESS = CommandAccess.get();

    private final RunOptions options;
    private @Nullable Result result;
    private @Nullable SpawnException failure;

    RunReport(RunOptions options) {
        this.options = options;
    }

    RunReport ended(Result ended) {
        this.result = ended;
        return this;
    }

    RunReport failedStart(SpawnException failure) {
        this.failure = failure;
        return this;
    }

    /** One line, as {@link RawText}; null if the program has simply exited. */
    @Nullable
    String line() {
        if (failure != null) {
            return RawText.of(String.valueOf(failure.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
        if (result == null) {
            return null;
        }
        String program = options.command().getFirst();
        boolean plain = result.cause() == Cause.EXITED
                && result.status() instanceof ExitStatus.Exited
                && result.stragglersKilled() == 0
                && result.survivors().isEmpty()
                && !result.searchFailed()
                && ACCESS.limits(result).isEmpty();
        if (plain) {
            return null;
        }
        StringBuilder line = new StringBuilder(program);
        switch (result.cause()) {
            case TIMED_OUT ->
                line.append(" timed out after ").append(options.timeoutText()).append(" and");
            case IDLE -> line.append(" had no output for too long and");
            case FAILED ->
                line.append(" was stopped by ")
                        .append(result.failure().orElse(null))
                        .append(" and");
            case OUTPUT_LIMIT -> line.append(" wrote more than its output limit and");
            case CANCELLED, CLOSED -> line.append(" was cancelled and");
            case EXITED -> {}
        }
        line.append(how(result.status()));
        line.append(ACCESS.limits(result));
        if (result.stragglersKilled() > 0) {
            line.append("; processes it had left behind and that were killed: ").append(result.stragglersKilled());
        }
        line.append(left(result));
        return line.toString();
    }

    private static String how(ExitStatus status) {
        if (status instanceof ExitStatus.Exited exited) {
            return " exited with " + exited.code();
        }
        if (status instanceof ExitStatus.Signaled by) {
            return " was ended by " + by.signal() + (by.coreDumped() ? " (core dumped)" : "");
        }
        boolean alive = status instanceof ExitStatus.Unknown lost && lost.alive();
        return alive ? " could not be ended" : " ended, but its exit status is lost";
    }

    /**
     * Text about the processes that could not be ended and why, to be appended; empty if there are none. Process
     * names are bytes, as {@link RawText}.
     */
    public static String left(Result result) {
        return alive(result) + (result.searchFailed() ? "; the last search for what it has left failed" : "");
    }

    private static String alive(Result result) {
        List<Straggler> survivors = result.survivors();
        if (!survivors.isEmpty()) {
            return survivors.stream()
                    .map(survivor -> text(survivor, ACCESS.refusal(result)))
                    .collect(Collectors.joining(", ", "; still alive: ", ""));
        }
        return result.stopSteps().stream()
                .filter(StopStepTaken::refused)
                .findFirst()
                .map(step -> "; " + step.signal() + " was refused (" + Errno.name(ACCESS.refusal(result)) + ")")
                .orElse("");
    }

    private static String text(Straggler survivor, int refusal) {
        return survivor.name().replaceAll("\\p{Cntrl}", "?") + " [" + survivor.pid() + "]"
                + (survivor.refused() ? ", not to be signalled (" + Errno.name(refusal) + ")" : "");
    }

    /** Writes the object and a newline, in UTF-8. */
    void writeJson(OutputStream sink) throws IOException {
        // Streamed, because the JSON text of captured output is several times larger than its bytes.
        try (JsonGenerator json = new JsonFactory().createGenerator(sink)) {
            json.writeStartObject();
            command(json, options.command());
            if (result != null) {
                ended(json, result);
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

    private static void ended(JsonGenerator json, Result result) throws IOException {
        json.writeNumberField("pid", result.pid());
        json.writeStringField("cause", cause(result.cause()));
        status(json, result.status());
        json.writeBooleanField("coreDumped", result.status() instanceof ExitStatus.Signaled by && by.coreDumped());
        json.writeNumberField("wallNanos", result.wallTime().toNanos());
        output(json, result);
        json.writeNumberField("stragglersKilled", result.stragglersKilled());
        limits(json, result);
        int refusal = ACCESS.refusal(result);
        members(json, "killed", result.killed(), refusal);
        members(json, "survivors", result.survivors(), refusal);
        json.writeBooleanField("searchFailed", result.searchFailed());
        json.writeArrayFieldStart("stopSteps");
        for (StopStepTaken step : result.stopSteps()) {
            json.writeStartObject();
            json.writeStringField("signal", step.signal().name());
            json.writeNumberField("afterNanos", step.after().toNanos());
            refused(json, step.refused(), refusal);
            json.writeEndObject();
        }
        json.writeEndArray();
        Usage usage = result.usage();
        json.writeObjectFieldStart("usage");
        json.writeNumberField("userNanos", usage.userTime().toNanos());
        json.writeNumberField("systemNanos", usage.systemTime().toNanos());
        json.writeNumberField("minorFaults", usage.minorFaults());
        json.writeNumberField("majorFaults", usage.majorFaults());
        json.writeNumberField("voluntarySwitches", usage.voluntarySwitches());
        json.writeNumberField("involuntarySwitches", usage.involuntarySwitches());
        json.writeNumberField("bytesFromDisk", usage.bytesFromDisk());
        json.writeNumberField("bytesToDisk", usage.bytesToDisk());
        json.writeEndObject();
        CounterNames.write(json, result.counters());
        GroupUse use = ACCESS.use(result);
        if (use != null) {
            use(json, use);
        }
    }

    /** How a program ended: with an exit code, by a signal, or unknown. */
    public static void status(JsonGenerator json, ExitStatus status) throws IOException {
        if (status instanceof ExitStatus.Exited exited) {
            json.writeNumberField("exitCode", exited.code());
        } else {
            json.writeNullField("exitCode");
        }
        if (status instanceof ExitStatus.Signaled by) {
            json.writeStringField("signal", by.signal().name());
        } else {
            json.writeNullField("signal");
        }
    }

    /** The limits that were reached, and the OOM kills if they are known. */
    public static void limits(JsonGenerator json, Result result) throws IOException {
        json.writeArrayFieldStart("limitsReached");
        for (Limit limit : result.limitsReached()) {
            json.writeString(limit.name().toLowerCase(Locale.ROOT));
        }
        json.writeEndArray();
        if (result.oomKills().isPresent()) {
            json.writeNumberField("oomKills", result.oomKills().getAsLong());
        }
    }

    /** The processes that live, where there are or may be any. */
    public static void survivors(JsonGenerator json, Result result) throws IOException {
        if (!result.survivors().isEmpty()) {
            members(json, "survivors", result.survivors(), ACCESS.refusal(result));
        }
        if (result.searchFailed()) {
            json.writeBooleanField("searchFailed", true);
        }
    }

    /** The errno with which the kernel refused a signal, if it did. */
    private static void refused(JsonGenerator json, boolean refused, int refusal) throws IOException {
        if (refused) {
            json.writeStringField("refused", Errno.name(refusal));
        }
    }

    private static void members(JsonGenerator json, String name, List<Straggler> members, int refusal)
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

    /** What all processes of a cgroup have used together, without values that the kernel does not report. */
    private static void use(JsonGenerator json, GroupUse use) throws IOException {
        json.writeObjectFieldStart("cgroup");
        number(json, "memoryPeakBytes", use.memoryPeakBytes());
        number(json, "pidsPeak", use.pidsPeak());
        number(json, "userNanos", use.userNanos());
        number(json, "systemNanos", use.systemNanos());
        number(json, "cpuPeriods", use.cpuPeriods());
        number(json, "cpuPeriodsThrottled", use.cpuPeriodsThrottled());
        number(json, "cpuThrottledNanos", use.cpuThrottledNanos());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, long value) throws IOException {
        if (value >= 0) {
            json.writeNumberField(name, value);
        }
    }

    /** The captured output, and whether it is complete. */
    public static void output(JsonGenerator json, Result result) throws IOException {
        output(json, "stdout", result.stdoutBytes());
        output(json, "stderr", result.stderrBytes());
        json.writeNumberField("stdoutDropped", result.stdoutDropped());
        json.writeNumberField("stderrDropped", result.stderrDropped());
        json.writeBooleanField("outputComplete", result.outputComplete());
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
        json.writeStringField("errno", failed.errnoName());
        json.writeStringField("message", failed.getMessage());
        json.writeStringField("path", failed.path());
        json.writeEndObject();
    }

    /** What has ended a start that had to wait; null for a start that failed by itself. */
    private static @Nullable String givenUp(SpawnException failed) {
        return failed.givenUp()
                .map(cause -> cause(cause == Cause.TIMED_OUT ? Cause.TIMED_OUT : Cause.CANCELLED))
                .orElse(null);
    }

    public static String cause(Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }
}
