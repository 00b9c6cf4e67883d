package dev.leash.cli.up;

/** When a service is ready. */
public sealed interface ReadyRule {
    /** When it has been started. */
    record Immediately() implements ReadyRule {}

    /** When it says so, see sd_notify(3). */
    record Notify() implements ReadyRule {}

    /** When it has been up for so long. */
    record Uptime(long nanos) implements ReadyRule {}

    /** When a line of its output matches. A text, because patterns have no equality. */
    record Line(String regex) implements ReadyRule {}

    /** When this is answered with yes. */
    record Probed(ProbeRule probe) implements ReadyRule {}
}
