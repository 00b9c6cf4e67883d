package dev.leash.cli.batch;

/** How a job ended, as a batch counts it. */
enum JobFate {
    SUCCEEDED("succeeded"),
    EXITED("exited with an error"),
    SIGNALED("ended by a signal"),
    TIMED_OUT("timed out"),
    CANCELLED("cancelled"),
    NOT_STARTED("could not be started"),
    LOST("could not be followed to the end");

    private final String text;

    JobFate(String text) {
        this.text = text;
    }

    /** The text for messages. */
    String text() {
        return text;
    }

    /** The key in JSON. */
    String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
