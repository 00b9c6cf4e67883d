package dev.leash.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A failed start, on the starting thread, with its stack. */
@Name("dev.leash.StartFailed")
@Label("Failed Start")
@Category("Leash")
@Description("A program could not be started. It lasts as long as the attempt took")
final class StartFailedEvent extends Event {
    @Label("Command")
    @Nullable
    String command;

    @Label("Kind")
    @Nullable
    String kind;

    @Label("Error")
    @Description("The name of the errno")
    @Nullable
    String errno;

    @Label("Message")
    @Nullable
    String message;
}
