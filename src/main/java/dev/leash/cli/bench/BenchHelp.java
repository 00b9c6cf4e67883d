package dev.leash.cli.bench;

/** The text of {@code leash bench --help}. {@link BenchCommandLine} has the same options, which a test compares. */
public final class BenchHelp {
    public static final String TEXT = """
            Usage: leash bench [OPTION]... CMD...

            Runs commands again and again, and tells how long they take and by how much they
            differ. Each CMD is a whole command line, one argument of this one: quotes and
            backslashes are those of a shell, which is started only for --shell=sh. What
            they write is discarded, and their standard input is empty.

            The commands are run in rounds. Each round has every command once, in an order
            drawn anew, so that load that comes and goes meets all alike. All are compared
            with the first one, by their medians, with an interval that holds the true ratio
            with a confidence of 95 %. Runs that take much longer than the rest are counted,
            and not left out.

            Each run has a process group of its own, of which nothing is left behind. INT,
            TERM, HUP, QUIT and other signals that would end leash end what runs, with TERM,
            and KILL after two seconds; then come --conclude and --cleanup.

              -w, --warmup=N           Run N rounds first that are not measured.
              -r, --runs=N             Measure N rounds. Default: at least 10, and until the
                                         runs of each command have taken --min-time.
              -m, --min-runs=N         Measure at least N rounds. Default: 10.
              -M, --max-runs=N         Measure at most N rounds.
                  --min-time=DURATION  Measure each command for DURATION. Default: 3s.
              -s, --setup=CMD          Run CMD once for each command, before all else.
              -p, --prepare=CMD        Run CMD before each run. May be repeated: one for
                                         each command then.
              -C, --conclude=CMD       Run CMD after each run, likewise.
              -c, --cleanup=CMD        Run CMD once for each command, after all else, also
                                         if something has failed.
              -L, --parameter-list=VAR=A,B,C
                                       Run each command with each of these in place of
                                         {VAR}, also in --setup and its like and in --name.
                                         A backslash keeps a comma. May be repeated: for
                                         all combinations.
              -P, --param-range=VAR=FIRST..LAST[:STEP]
                                       The same for numbers. STEP is 1 by default. May be
                                         repeated.
              -n, --name=NAME          Call a command NAME. May be repeated: the first is
                                         that of the first command.
              -S, --shell=none|sh      Whether a shell runs each command, as with
                                         /bin/sh -c. Its time is measured, too.
                                         Default: none.
                  --pin=CPUS           Let all of it run on these processors only: 0,2-3.
                  --containment=group|tree|cgroup|strongest
                                       What a run is held together by. Default: group.
                                         The metric memory needs cgroup.
                  --metric=NAME        Measure NAME as well: wall, user, system, cpu, or a
                                         counter such as instructions, cycles, page-faults,
                                         context-switches. May be repeated; the first one
                                         is what commands are compared by. Default: wall.
                  --timeout=DURATION   End a run after DURATION, with all that it has
                                         started: it has failed.
              -i, --ignore-failure     Go on though a run fails. Its time counts.
                  --show-output        Show what the commands write.
                  --seed=N             Draw the order of the runs from N, as in a report.
                  --compare=OLD        Compare with the earlier results in OLD as well: a
                                         file of --export-raw or --export-json.
                  --fail-if-slower=PERCENT
                                       Fail if a command is slower than it was in OLD, or
                                         without --compare than the first one, by more than
                                         PERCENT, such as 5%: if all of the interval is.
                  --export-json=FILE   Write the results as hyperfine does.
                  --export-csv=FILE    Write a line for each command as hyperfine does.
                  --export-markdown=FILE
                                       Write a table.
                  --export-raw=FILE    Write all that is known of each run as JSON.
                  --export-html=FILE   Write a page with plots, to look at in a browser.
              -h, --help               Show this help.

            Exit status:
              0    all was measured
              1    a command has failed, or could not be started; or whether one is slower
                   cannot be told
              2    a command is slower than --fail-if-slower allows
              125  leash itself failed, or was used wrongly
              128+N  signal N has ended it: 130 for INT, 143 for TERM

            Examples:
              leash bench 'gzip -k -c big' 'zstd -c big'
              leash bench -w 2 -L level=1,6,9 'gzip -{level} -c big'
              leash bench --metric instructions --pin 1 --export-json a.json './a' './b'
              leash bench --compare old.json --fail-if-slower=5% './a'
              leash bench --shell=sh 'sort words | uniq' 'sort -u words'
            """;

    private BenchHelp() {}
}
