package dev.leash.cli.up;

import java.util.List;

/** A file of services is wrong. */
public final class BadFileException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    /** @param lines what is wrong, each {@code FILE:LINE: key: what} */
    BadFileException(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    public List<String> lines() {
        return lines;
    }
}
