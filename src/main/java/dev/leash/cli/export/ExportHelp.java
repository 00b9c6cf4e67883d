package dev.leash.cli.export;

/** The text of {@code leash export --help}. {@link ExportCommandLine} has the same options, which a test compares. */
public final class ExportHelp {
    public static final String TEXT = """
            Usage: leash export systemd [OPTION]... [FILE] [NAME]...

            Writes units of systemd for the services in FILE, which is what it is for leash
            up: one for each service and each replica, and a target that starts and stops
            all of them. With NAMEs, only for those and what they wait for. Without --output
            all units are written to standard output, each after a line with its name.

            Programs and the folder of FILE are written with their whole paths, and
            variables with the values that they have in FILE and its env_file now: anybody
            on the machine can read them in a unit. What systemd has no word for is told on
            standard error and in the unit. docs/services.md tells which key becomes which.

              -o, --output=DIR          Write the units into DIR, all or none. A unit that
                                          leash has written before is replaced, another
                                          file is not.
                  --user                For the service manager of a user: systemctl --user.
                  --run-as=USER         Who runs the services. By default who calls leash.
                  --name=NAME           What the names of the units begin with: NAME.target
                                          and NAME-web.service. By default the name of the
                                          folder of FILE.
              -h, --help                Show this help.

            Exit status:
              0    the units are written
              125  leash itself failed, or was used wrongly, or FILE is wrong

            Examples:
              leash export systemd Procfile
              leash export systemd --user -o ~/.config/systemd/user
              sudo leash export systemd --run-as=shop -o /etc/systemd/system leash.toml
            """;

    private ExportHelp() {}
}
