package dev.leash.cli.control;

import java.util.List;

/** A request that cannot be fulfilled, in lines of plain text. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<String> lines;

    /** @param status the exit status of who has asked */
    public RefusedException(int status, List<String> lines) {
        super(String.join("\n", lines));
        this.status = status;
        this.lines = List.copyOf(lines);
    }

    int status() {
        return status;
    }

    List<String> lines() {
        return lines;
    }
}
