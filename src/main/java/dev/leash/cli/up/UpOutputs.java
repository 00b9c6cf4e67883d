package dev.leash.cli.up;

import dev.leash.Output;

/**
 * Where a service writes to, in all its runs, and where its commands do: each has its own, since they may run at the same
 * time, and no line is to have something of both.
 */
record UpOutputs(Pair own, Pair stop, Pair reload) {
    /** Both streams of a program. */
    record Pair(Output stdout, Output stderr) {}
}
