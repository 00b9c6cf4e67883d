package dev.leash.cli.timeout;

/** The text of {@code leash timeout --help}. */
public final class TimeoutHelp {
    public static final String TEXT = """
            Usage: timeout [OPTION]... DURATION COMMAND [ARG]...
              or:  leash timeout [OPTION]... DURATION COMMAND [ARG]...
            Runs COMMAND, and sends it a signal if it has not ended after DURATION.

              -f, --foreground           COMMAND stays in the caller's process group, so that it
                                         can use the terminal; only COMMAND itself is
                                         signalled, and what it has started is not
              -k, --kill-after=DURATION  send KILL as well, if COMMAND still runs this long
                                         after the first signal
              -p, --preserve-status      exit with the status of COMMAND even after a timeout
              -s, --signal=SIGNAL        the signal to send, a name or a number; TERM if not
                                         given
              -v, --verbose              tell on standard error which signals are sent
                  --help                 show this help
                  --version              show the version

            DURATION is a number, which may have a fraction, and a unit: s for seconds (as
            without one), m for minutes, h for hours, d for days. 0 means no limit. Whole numbers
            with ever smaller units are added, as in 1h30m; timeout of the coreutils knows no sums.

            ALRM sent to timeout ends DURATION at once. Other signals that would end it are
            passed on to COMMAND, unless they were ignored from the start. As the first process
            of a container it also passes on CONT, URG and WINCH, and reaps orphans.

            If timeout itself is killed by KILL, COMMAND runs on. ('leash run' ends it then.)

            Exit status:
              124  COMMAND timed out (without --preserve-status)
              125  timeout itself failed, or was used wrongly
              126  COMMAND was found but could not be executed
              127  COMMAND was not found
              137  KILL was sent to COMMAND, or to timeout
              else that of COMMAND; if a signal ended it, timeout ends by the same signal

            Examples:
              timeout 10 make test
              timeout -k 5 -s INT 1.5m ./server
            """;

    private TimeoutHelp() {}
}
