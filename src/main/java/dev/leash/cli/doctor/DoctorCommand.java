package dev.leash.cli.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.leash.cli.doctor.Diagnosis.Finding;
import dev.leash.cli.doctor.Diagnosis.Resource;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.ExitCodes;
import dev.leash.cli.options.Similar;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.CallTrial;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/** {@code leash doctor}: reports which features this machine has, and what is missing for others. */
public final class DoctorCommand {
    public static final String HELP = """
            Usage: leash doctor [--json]

            Tells what Leash finds on this machine: kernel, libc and JDK, which of their features
            it can use, which containment is the strongest here, and what is missing for a
            stronger one.

                  --json   write one JSON object instead
              -h, --help   show this help

            Exit status: 0 if Leash can run here, 125 if it cannot.
            """;

    /** How to get a delegated cgroup. */
    private static final String DELEGATION = """

            To have cgroups and their limits, start leash in a cgroup that is delegated to you:
              systemd-run --user --scope -p Delegate=yes leash …   as a user of a machine with systemd
              Delegate=yes   in the unit of a service
              a cgroup namespace of its own, and /sys/fs/cgroup mounted writable   for a container
            """;

    private DoctorCommand() {}

    public static int main(List<String> arguments, Console console) throws Exception {
        boolean json = false;
        for (String argument : arguments) {
            switch (argument) {
                case "--json" -> json = true;
                case "-h", "--help" -> {
                    return console.print(HELP);
                }
                default ->
                    throw new UsageException("doctor does not know '" + argument + "'"
                            + Similar.hint(argument, List.of("--json", "--help")) + "; try 'leash doctor --help'");
            }
        }
        Diagnosis diagnosis = Diagnosis.make();
        if (json) {
            writeJson(diagnosis, console.output());
        } else {
            int ignored = console.print(text(diagnosis));
        }
        return diagnosis.obstacle() == null ? 0 : ExitCodes.FAILED;
    }

    private static String text(Diagnosis found) {
        StringBuilder text = new StringBuilder();
        line(text, "leash", found.leash());
        line(text, "kernel", found.kernel() + " " + found.machine() + " (5.4 or newer is needed)");
        line(
                text,
                "libc",
                (found.libc() == null ? "not glibc" : "glibc " + found.libc())
                        + " (2.34 or newer is needed, or Linux 5.11)");
        line(text, "JDK", found.jdk() + " (" + found.javaHome() + ")");
        for (Resource resource : found.resources()) {
            line(text, resource.name(), resource.soft() + " (at most " + resource.hard() + ")");
        }
        findings(text, "Features", found.features());
        findings(text, "Containments", found.containments());
        findings(text, "Limits of a cgroup", found.limits());
        text.append(found.obstacle() == null && found.lacksDelegation() ? DELEGATION : "");
        text.append('\n');
        if (found.obstacle() != null) {
            text.append("Leash cannot run here: ").append(found.obstacle()).append(".\n");
            if (found.isFiltered()) {
                text.append(CallTrial.REMEDY).append(".\n");
            }
        } else {
            text.append("The strongest containment here is ")
                    .append(found.strongest().name().toLowerCase(Locale.ROOT))
                    .append(".\n");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-12s%s%n", name, value));
    }

    private static void findings(StringBuilder text, String title, List<Finding> findings) {
        text.append('\n').append(title).append('\n');
        for (Finding finding : findings) {
            text.append(String.format(
                    "  %-29s%s%n",
                    finding.name(),
                    finding.obstacle() == null ? "yes: " + finding.meaning() : "no: " + finding.obstacle()));
        }
    }

    private static void writeJson(Diagnosis found, OutputStream sink) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(sink)) {
            json.writeStartObject();
            json.writeStringField("leash", found.leash());
            json.writeStringField("kernel", found.kernel());
            json.writeStringField("machine", found.machine());
            json.writeStringField("glibc", found.libc());
            json.writeStringField("jdk", found.jdk());
            json.writeStringField("javaHome", found.javaHome());
            json.writeStringField("obstacle", found.obstacle());
            json.writeStringField(
                    "strongestContainment", found.strongest().name().toLowerCase(Locale.ROOT));
            findings(json, "features", found.features());
            findings(json, "containments", found.containments());
            findings(json, "cgroupLimits", found.limits());
            json.writeArrayFieldStart("resources");
            for (Resource resource : found.resources()) {
                json.writeStartObject();
                json.writeStringField("name", resource.name());
                json.writeStringField("soft", resource.soft());
                json.writeStringField("hard", resource.hard());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void findings(JsonGenerator json, String name, List<Finding> findings) throws IOException {
        json.writeArrayFieldStart(name);
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("name", finding.name());
            json.writeBooleanField("available", finding.obstacle() == null);
            json.writeStringField("meaning", finding.meaning());
            json.writeStringField("obstacle", finding.obstacle());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
