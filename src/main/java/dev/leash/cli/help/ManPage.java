package dev.leash.cli.help;

import dev.leash.cli.io.Console;
import dev.leash.cli.io.LostOutputException;
import dev.leash.cli.options.UsageException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code leash man}: the manual page leash(1), see man(7). */
public final class ManPage {
    static final String HELP = """
            Usage: leash man

            Writes the manual page of leash.

              -h, --help   show this help

            Examples:
              leash man | man -l -
              leash man > /usr/local/share/man/man1/leash.1
            """;

    private static final String HEAD = """
            .TH LEASH 1 "" "leash @VERSION@" "User Commands"
            .SH NAME
            leash \\- run programs that end on time and completely
            .SH SYNOPSIS
            .nf
            @SYNOPSES@
            .fi
            .SH DESCRIPTION
            Keeps programs on a leash: what it starts ends on time, ends completely, and is reported truthfully.
            .PP
            Called by the name
            .BR timeout ,
            for example through a symbolic link, leash is
            .BR "leash timeout" .
            .PP
            .BI "leash help " COMMAND
            shows what is here of one command, and
            .B leash version
            the versions of leash, the kernel and the JDK.
            """;

    private static final String TAIL = """
            .SH ENVIRONMENT
            .TP
            .B LEASH_JAVA_HOME
            The folder of the JDK to run on, 22 or newer. Without it leash looks at JAVA_HOME, at the java on the PATH,
            and into the usual folders.
            .TP
            .B LEASH_DEBUG
            If it is set, an error also shows where in leash it was found, and a crash of the JVM leaves its report.
            .SH SEE ALSO
            .BR timeout (1),
            .BR signal (7),
            .BR cgroups (7)
            """;

    private ManPage() {}

    public static int main(List<String> arguments, Console console) throws UsageException, LostOutputException {
        if (arguments.equals(List.of("-h")) || arguments.equals(List.of("--help"))) {
            return console.print(HELP);
        }
        if (!arguments.isEmpty()) {
            throw new UsageException("man takes no arguments; try 'leash man --help'");
        }
        return console.print(text(CommandForm.all()));
    }

    static String text(List<CommandForm> commands) {
        String synopses = commands.stream()
                .flatMap(command -> command.usages().stream())
                .map(ManPage::escaped)
                .collect(Collectors.joining("\n"));
        StringBuilder page = new StringBuilder(
                HEAD.replace("@VERSION@", escaped(Version.leash())).replace("@SYNOPSES@", synopses));
        commands.forEach(command -> describe(command, page));
        return page.append(TAIL).toString();
    }

    private static void describe(CommandForm command, StringBuilder page) {
        page.append(".SH LEASH ")
                .append(command.name().toUpperCase(java.util.Locale.ROOT))
                .append('\n');
        for (String paragraph : command.paragraphs()) {
            page.append(".PP\n").append(escaped(paragraph)).append('\n');
        }
        for (CommandForm.Option option : command.options()) {
            page.append(".TP\n\\fB")
                    .append(escaped(String.join(", ", option.names())))
                    .append("\\fR");
            if (option.takesValue()) {
                page.append("=\\fI").append(escaped(option.label())).append("\\fR");
            }
            page.append('\n').append(escaped(option.description())).append('\n');
        }
        for (CommandForm.Section section : command.sections()) {
            page.append(".SS ").append(section.title()).append("\n.nf\n");
            section.lines().forEach(line -> page.append(escaped(line)).append('\n'));
            page.append(".fi\n");
        }
    }

    /** Escapes hyphens, so that they can be copied, and a line that would begin with a control character. */
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
