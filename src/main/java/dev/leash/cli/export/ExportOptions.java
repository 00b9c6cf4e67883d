package dev.leash.cli.export;

import dev.leash.cli.up.UpCommandLine;
import org.jspecify.annotations.Nullable;

/**
 * A command line of {@code leash export systemd}.
 *
 * @param source where the services are
 * @param user whether the units are for the service manager of a user
 * @param output the folder to write to; null for standard output
 * @param name what the names of the units begin with; null for that of the folder of the file
 * @param runAs who the services run as; null for the caller
 */
record ExportOptions(
        UpCommandLine.Source source,
        boolean user,
        @Nullable String output,
        @Nullable String name,
        @Nullable String runAs) {}
