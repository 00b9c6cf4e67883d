package dev.leash.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A start, on the starting thread, with its stack. */
@Name("dev.leash.Start")
@Label("Start")
@Category("Leash")
@Description("A program, or a pipeline, was started. It lasts as long as the start took")
final class StartEvent extends Event {
    @Label("Run")
    @Description("Counts up in each JVM")
    long run;

    @Label("Process Id")
    long pid;

    @Label("Command")
    @Nullable
    String command;
}
