package dev.leash;

/** A service does not run, and will not become ready by itself. The message says why, and ends with its last output. */
public final class ServiceFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private static final int LONGEST_END = 2_000;

    private final transient ServiceState state;

    ServiceFailedException(String name, ServiceState state, byte[] output) {
        super(message(name, state, TextEnd.of(output, LONGEST_END)));
        this.state = state;
    }

    private static String message(String name, ServiceState state, String end) {
        String text = "service " + name + " is not ready: " + state;
        return end.isEmpty() ? text : text + "\n" + end;
    }

    /** {@link ServiceState.Failed} or {@link ServiceState.Stopped}. Null in an exception that was deserialized. */
    public ServiceState state() {
        return state;
    }
}
