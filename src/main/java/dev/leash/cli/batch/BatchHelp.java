package dev.leash.cli.batch;

/** The text of {@code leash batch --help}. {@link BatchCommandLine} has the same options, which a test compares. */
public final class BatchHelp {
    public static final String TEXT = """
            Usage: leash batch [OPTION]... FILE|-

            Runs the jobs in FILE, several at a time, each in a process group of its own of
            which nothing is left behind. Each line is a job, for /bin/sh -c. A line that
            begins with '{' is an object in JSON instead, with argv and, if need be, env,
            directory, timeout and stdin (a text); no shell is involved then. A variable in
            env that is null is one that the job does not get. Lines that are empty or begin
            with '#' are skipped; a byte order mark before the first line and a CR before
            the end of each are no part of it. A FILE is checked before anything is run;
            standard input is run as it comes.

            What the jobs write is passed on line by line, so that no line is mixed with
            another; an end of line is added where a job has left it out. Only of a line of
            more than 64 MiB come pieces, between which there may be others. Their standard
            input is empty.

            A job that is to be ended gets TERM, and KILL after two seconds. INT, TERM, HUP,
            QUIT and other signals that would end leash end all jobs that way, a second one
            at once; they are in the job log as cancelled. USR1, USR2, CONT, URG, WINCH and
            those of real time are passed on to the jobs that run. If leash itself is
            killed, so are the jobs. As the first process of a container it reaps orphans.

              -j, --jobs=N             Run N jobs at a time. Default: one for each
                                         processor.
                  --timeout=DURATION   End a job after DURATION: 90s, 500ms, 1.5h, 1h30m.
                                         One that has a timeout of its own keeps that.
                  --retries=N          Run a job that has failed again, up to N times.
                  --joblog=FILE        Append a line of JSON to FILE for each job that has
                                         ended. It must be empty or not exist yet, unless
                                         there is --resume.
                  --resume             Skip the jobs that --joblog has as succeeded. All
                                         others are run: those that failed, that were
                                         cancelled, and that were running when leash was
                                         killed. A line of FILE that is torn is told.
                  --json               Write a line of JSON to standard output for each job
                                         that has ended, with its output (the first and the
                                         last 128 KiB of each stream), and one with the
                                         summary.
                  --report=FILE.html   Write a page with the timeline of all jobs, which
                                         needs no network.
              -h, --help               Show this help.

            Exit status:
              0    all jobs succeeded, or were skipped as done
              1    some job failed: see the summary and the job log
              125  leash itself failed, or was used wrongly, or a line is no job
              128+N  signal N has ended the batch: 130 for INT, 143 for TERM

            Examples:
              leash batch -j8 --timeout 1m jobs.txt
              leash batch --joblog done.jsonl --resume --report batch.html jobs.txt
              printf 'gzip -k %s\\n' *.log | leash batch -
              echo '{"argv":["make"],"directory":"/src","env":{"CC":"clang"}}' |
                leash batch --json - | jq -r .stdout
            """;

    private BatchHelp() {}
}
