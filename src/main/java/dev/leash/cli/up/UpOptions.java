package dev.leash.cli.up;

import java.util.List;

/**
 * A command line of {@code leash up}.
 *
 * @param file which one to read
 * @param names of the services to run, and what they need; all if there is none
 * @param check whether to tell only what is wrong
 */
record UpOptions(String file, List<String> names, boolean check) {}
