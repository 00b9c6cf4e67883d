package dev.leash.cli.control;

/** The texts of {@code leash ps --help} and of its like. {@link ControlCommandLine} has the same options. */
public final class ControlHelp {
    private static final String FILE = """
                  --file=FILE           The FILE that leash up runs. Default: leash.toml, or
                                          else Procfile, of the current directory.
            """;
    private static final String WAITING = """
                  --no-wait             Do not wait until it has come about.
                  --timeout=DURATION    Wait no longer than that, such as 30s or 1m30s.
                                          Default: for as long as it takes.
            """;
    private static final String HELP = """
              -h, --help                Show this help.
            """;
    private static final String STATUS = """

            Exit status:
              0    done
              1    a service has failed, or does not run
              124  it has not come about in time
              125  leash itself failed or was used wrongly, or no leash up runs FILE
            """;
    private static final String NAMES = """
            A NAME is that of a service, or of one of its replicas, such as web.2.
            """;

    private static final String PS = """
            Usage: leash ps [OPTION]... [NAME]...

            Shows the services of the leash up of FILE: name, state, pid, for how long it
            runs, how often it was restarted because it had ended, the processor time and
            the memory of its processes, since when it is ready, and why it is not. The
            processes are those of its process group and session and their descendants;
            memory that several of them share counts once (PSS, see proc(5)).

            """ + NAMES + "\n" + FILE + """
                  --json                Write a JSON object in a line for each.
            """ + HELP + STATUS + """

            Examples:
              leash ps
              leash ps --json web
            """;

    private static final String START = """
            Usage: leash start [OPTION]... NAME...
              or:  leash start [OPTION]... --all

            Starts services of the leash up of FILE that do not run, also those that have
            failed or wait for their restart, each when what it depends on is so far, and
            waits until they are ready.

            """ + NAMES + "\n" + FILE + """
                  --all                 All services.
            """ + WAITING + HELP + STATUS;

    private static final String STOP = """
            Usage: leash stop [OPTION]... NAME...
              or:  leash stop [OPTION]... --all

            Stops services of the leash up of FILE as the file says, and waits until they
            are down; of several, each before those that it depends on. They stay down
            until they are started by hand, and leash up waits for that, whether they are
            essential or not. With --all, leash up ends.

            """ + NAMES + "\n" + FILE + """
                  --all                 All services, and leash up.
            """ + WAITING + HELP + STATUS;

    private static final String RESTART = """
            Usage: leash restart [OPTION]... NAME...
              or:  leash restart [OPTION]... --all

            Stops services of the leash up of FILE, starts them, both in the order of their
            dependencies, and waits until they are ready. What does not run is started.

            """ + NAMES + "\n" + FILE + """
                  --all                 All services.
                  --rolling             One after the other: each when the one before it is
                                          ready. It ends with the first that fails.
            """ + WAITING + HELP + STATUS;

    private static final String RELOAD = """
            Usage: leash reload [OPTION]... [NAME]...

            Without a NAME, leash up reads its FILE again: new services are started, those
            that are gone are stopped, those that have changed are restarted, and others
            run on untouched. If there is something wrong in FILE, all stays as it is. A
            service has changed if its port has, too, which depends on its place in FILE.

            With NAMEs, these services read their own configuration again: each is sent
            HUP, or what the key 'reload' of FILE says.

            """ + NAMES + "\n" + FILE + HELP + STATUS;

    private static final String LOGS = """
            Usage: leash logs [OPTION]... [NAME]...

            Shows what services of the leash up of FILE have written last, with the name
            before each line if several are shown. The last 64 KiB of each are kept.

            """ + NAMES + "\n" + FILE + """
              -f, --follow              Go on with what they write, until leash up ends.
              -n, --lines=N             Only the last N lines. Default: all that is kept.
            """ + HELP + STATUS + """

            Examples:
              leash logs -n 20 web
              leash logs -f
            """;

    private static final String EVENTS = """
            Usage: leash events [OPTION]... [NAME]...

            Tells each change of state of the services of the leash up of FILE, from now
            on until that ends.

            """ + NAMES + "\n" + FILE + """
                  --json                Write a JSON object in a line for each.
            """ + HELP + STATUS;

    private static final String WAIT = """
            Usage: leash wait [OPTION]... [NAME]...

            Waits until services of the leash up of FILE are ready, or have succeeded and
            are not restarted. Without a NAME, until all are. With --timeout it also waits
            for a leash up that is not there yet.

            """ + NAMES + "\n" + FILE + """
                  --timeout=DURATION    Wait no longer than that, such as 30s or 1m30s.
            """ + HELP + STATUS + """

            Examples:
              leash up >up.log 2>&1 &
              leash wait --timeout 30s web && ./run-tests
            """;

    private ControlHelp() {}

    /** That of a command. */
    public static String of(String command) {
        return switch (command) {
            case "ps" -> PS;
            case "start" -> START;
            case "stop" -> STOP;
            case "restart" -> RESTART;
            case "reload" -> RELOAD;
            case "logs" -> LOGS;
            case "events" -> EVENTS;
            case "wait" -> WAIT;
            default -> throw new IllegalArgumentException(command);
        };
    }
}
