package dev.leash.cli.run;

/** The text of {@code leash run --help}. {@link RunCommandLine} has the same options, which a test compares. */
public final class RunHelp {
    public static final String TEXT = """
            Usage: leash run [OPTION]... [--] COMMAND [ARG]...

            Runs COMMAND in a process group of its own and leaves nothing of it behind:
            when it exits, or its time is up, what is left of the group is killed, and also
            if leash itself is killed. Arguments, environment, descriptors, limits and
            ignored signals are those of the caller. A FILE such as /dev/stderr or
            /dev/fd/7 is the caller's descriptor itself, where that stands.

            Signals that are sent to leash are passed on to the group, unless the caller
            had them ignored: all that can be handled, but for those that the JVM needs
            (SEGV, BUS, FPE, ILL) and those that stop a process, which stop leash. A second
            INT kills the group. After a TERM, what has not ended within --grace, if that
            is given, is killed.

            The terminal gets its modes back when COMMAND was ended by a signal.

                  --timeout=DURATION    End the run after DURATION: 90s, 500ms, 1.5h,
                                          1h30m. Default: no limit.
                  --signal=SIGNAL       What to send first when the time is up, a name or a
                                          number. Default: KILL, or TERM with --grace.
                  --grace=DURATION      Send KILL to what is still alive DURATION after
                                          that signal. Default: 2s. Given, it also holds
                                          for a TERM that is sent to leash.
                  --idle-timeout=DURATION
                                        End the run when there has been no output for
                                          DURATION. The output then passes through leash.
                  --stdin=FILE          Standard input comes from FILE.
                  --stdout=FILE         Standard output goes into FILE.
                  --stderr=FILE         Standard error goes into FILE.
                  --append              Write to the ends of these files; otherwise what
                                          they held is lost.
                  --tty                 Give the program a terminal of its own. What it
                                          writes there goes to standard output.
                  --prefix              Begin each line of output with the time since the
                                          start and the stream it came from. The output
                                          then passes through leash, and its last line
                                          gets an end if it has none.
                  --merge               Standard error goes where standard output goes.
                  --stragglers=kill|leave
                                        What happens to processes of the group that outlive
                                          the program. Default: kill.
                  --containment=group|tree|cgroup|strongest
                                        Which processes belong to the run: those of the
                                          program's process group, also those that have
                                          left it, or all in a cgroup of its own. Default:
                                          group.
                  --memory=SIZE         What all of them together may use of memory: 64M,
                                          1GiB. Implies a cgroup.
                  --pids=N              How many processes and threads there may be.
                                          Implies a cgroup.
                  --cpu=N               How many processors' time they may use: 0.5 is half
                                          of one. Implies a cgroup.
                  --cpuset=LIST         Which processors they may use: 0-3,7. Implies a
                                          cgroup.
                  --device-read=DISK:SIZE
                                        How much they may read from a disk in a second:
                                          /dev/sda:10M. May be repeated. Implies a cgroup.
                  --device-write=DISK:SIZE
                                        How much they may write to it.
                  --nofile=N            How many descriptors each process may have open, as
                                          with ulimit -n.
                  --nice=N              The niceness to start with, from -20 to 19.
                  --directory=DIR       Start the program in DIR.
                  --env=NAME=VALUE      Set a variable of the program's environment. May be
                                          repeated.
                  --json                Capture the output and write one JSON object about
                                          the run to standard output instead.
                  --output-limit=SIZE   With --json: end the run when one stream has more
                                          than SIZE: 64k, 16M, 1GiB. Default: 16M.
                  --keep=head|tail|both With --json: do not end the run when there is more
                                          than the limit, but keep the first bytes, the
                                          last ones, or half of each.
                  --counters=LIST       With --json: count these for the program and
                                          all that it starts: all, or names such as
                                          task-clock,page-faults,cycles,instructions.
                  --quiet               Do not tell on standard error how the run ended.
              -h, --help                Show this help.

            Exit status:
              that of COMMAND, 128+N if signal N ended it, or
              124  the time was up, or there was no output for too long
              125  leash itself failed, or was used wrongly
              126  COMMAND was found but could not be executed
              127  COMMAND was not found

            Examples:
              leash run --timeout 2s -- sh -c 'echo start; sleep 10 & sleep 10'
              leash run --timeout 1m --signal INT --grace 5s -- make test
              leash run --json -- uname -a | jq -r .stdout
              leash run --prefix --idle-timeout 30s -- ./nightly-build
              leash run --containment strongest --nice 10 --timeout 1h -- ./untrusted.sh
            """;

    private RunHelp() {}
}
