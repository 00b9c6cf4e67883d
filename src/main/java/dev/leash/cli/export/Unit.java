package dev.leash.cli.export;

/**
 * A unit of systemd.
 *
 * @param name of its file
 * @param text all of it, {@link dev.leash.cli.io.RawText}
 */
record Unit(String name, String text) {}
