package dev.leash.cli.up;

/** The text of {@code leash up --help}. {@link UpCommandLine} has the same options, which a test compares. */
public final class UpHelp {
    public static final String TEXT = """
            Usage: leash up [OPTION]... [FILE] [NAME]...

            Runs the services in FILE and keeps them running: each is restarted when it
            fails, later each time, and is given up when it fails too often. With NAMEs,
            only those and what they wait for. FILE is a leash.toml, or a Procfile, which
            has a line 'name: command' for each service; what has neither '/' nor '.' in
            its name, nor begins with Procfile, is a NAME. Without FILE it is the
            leash.toml, or else the Procfile, of the current directory. docs/services.md
            lists the keys of a leash.toml.

            Services run in the folder of FILE, with an empty standard input. Each has a
            port in PORT: 5000, or the PORT of the file or of the caller, for the first
            one, 100 more for each next one, and 1 more for each replica. Beside a
            Procfile, the variables of a file .env are read.

            What they write is passed on line by line with the name before it, to the
            same stream. What leash has to say about them goes to standard error. A line
            of more than 64 MiB comes in pieces.

            While it runs, leash ps, start, stop, restart, reload, logs, events and wait
            ask it through a socket, which is in $XDG_RUNTIME_DIR or beside FILE. A second
            leash up of the same FILE is refused.

            It ends when no service runs any more nor will be restarted, unless one was
            stopped by hand, or when one ends that is essential. At INT, TERM, HUP or QUIT
            all services are stopped, each before those that it depends on; a second one
            kills what is left. Other signals are passed on to all services. When leash
            is killed, the services are killed, too. A program that leaves its process
            group, as a daemon does, may outlive its service, unless that has containment
            = 'tree' or 'cgroup'. As the first process of a container leash also reaps
            what it adopts.

                  --check               Tell what is wrong in FILE, all of it, and start
                                          nothing.
              -h, --help                Show this help.

            Exit status:
              0    all services ended well, or leash was told to end
              1    a service has failed
              125  leash itself failed, or was used wrongly, or FILE is wrong

            Examples:
              leash up
              leash up Procfile web worker
              leash up --check deploy/leash.toml
            """;

    private UpHelp() {}
}
