package dev.leash.internal.guardian;

import java.util.List;

/**
 * The guardian's script, for a POSIX shell. Besides the shell's own commands it needs only {@code grep} to find the
 * bearers of cookies, {@code readlink} to find what has a pipe, and {@code sleep} between two searches. Without grep, or
 * with one that stops at the first NUL of an environment, as that of busybox, it reads the environments itself, slowly.
 *
 * <p>Its standard input is the pipe, its standard output the {@link GuardianTable}, its last argument the JVM's pid.
 *
 * <p>The shell also reads the script from that pipe, where the JVM has put it before the start: so ps(1) shows one
 * short line, and neither /proc nor another descriptor is needed. Two facts make that correct:
 *
 * <ul>
 *   <li>It is one compound command. A shell reads such a command to its end before it executes any of it, so the
 *       {@code read} in it finds what follows the script in the pipe, which is the end of file.
 *   <li>It is shorter than PIPE_BUF, so any empty pipe takes it whole and at once. Once a user has many pipes, a new
 *       one holds no more than a page.
 * </ul>
 *
 * The comments are therefore here, and not in the script.
 */
final class GuardianScript {
    /** Its name in ps(1): a process name has at most 15 bytes. */
    static final String NAME = "leash-guardian";

    // Without /proc the name is not set, silently.
    private static final String BEGIN = """
            {
            trap '' HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU
            exec 3<&1 >/dev/null
            printf leash-guardian >/proc/self/comm
            set -f
            """;

    /** The start time, the group, the parent and the mark of process $1, as numbers; false if there is none. */
    private static final String LOOK = """
            look() {
                text=
                while read -r part || [ -n "$part" ]; do text="$text $part"; done <"/proc/$1/stat"
                [ -n "$text" ] || return 1
                set -- ${text##*) }
                parent=$2
                group=$3
                start=${20}
                limit=${23}
            }
            """;

    /** The time now, in ticks since boot. */
    private static final String TELL_TIME = """
            tell_time() {
                read -r now part </proc/uptime
                now=${now%.*}${now#*.}
            }
            """;

    /**
     * Kills each process that bears one of our cookies, in its environment or as a limit, and existed when the search began: a newer one may be a
     * stranger that has reused the pid. False if there was none.
     */
    private static final String KILL_BEARERS = """
            kill_bearers() {
                tell_time
                set +f
                if [ -n "$grep" ]; then
                    found=$(grep -laF $cookies /proc/[0-9]*/environ /proc/[0-9]*/limits)
                else
                    found=
                    for file in /proc/[0-9]*/environ /proc/[0-9]*/limits; do
                        text=
                        while read -r part || [ -n "$part" ]; do text="$text $part"; done <"$file"
                        for cookie in $cookies; do
                            case $cookie,$text in
                            -e,*) ;;
                            *",$text") case $text in *"$cookie"*) found="$found $file" ;; esac ;;
                            esac
                        done
                    done
                fi
                set -f
                any=
                for file in $found; do
                    file=${file%/*}
                    any=1
                    look "${file#/proc/}" && [ "$start" -le "$now" ] && kill -9 "${file#/proc/}"
                done
                [ -n "$any" ]
            }
            """;

    /**
     * The JVM writes nothing after the script. The loop ends when the last process that holds the other end is gone,
     * usually a moment before the JVM itself. It may be a long moment, where the machine is slow or the kernel has much
     * to give back; or the JVM lives on, and code in it has closed the pipe by mistake. So this waits for the JVM as long
     * as that is the parent, unless the table says that there is nothing to wait for, which it is opened again to read.
     * Then the parent is that of all the JVM's children.
     */
    private static final String WAIT = """
            home=
            look "$2" && home=$group
            while read -r part; do :; done
            round=0
            while look $$ && [ "$parent" = "$2" ]; do
                read -r count part </proc/self/fd/3 && [ -z "$count" ] && exit
                round=$((round + 1))
                sleep 0.01
                [ "$round" -lt 200 ] || sleep 1 || exit
            done
            reaper=$parent
            [ -n "$home" ] || reaper=
            """;

    /**
     * Line by line. If the leader is still the process that was started, the group of its number is its own, too. A
     * child that waits at a fifo, or comes there before the fifo is removed, passes, finds that the JVM is gone, and
     * exits.
     */
    private static final String KILL_ENTRIES = """
            tell_time
            grep=$(command -v grep)
            printf 'a\\0leash' | grep -qaF leash || grep=
            groups=
            cookies=
            first=
            pipes=
            read -r count mark part <&3
            read -r cgroups <&3
            read -r gates <&3
            killed=
            line=0
            while [ "$line" -lt "$count" ] && read -r kind pid since until seen cookie gate part <&3; do
                line=$((line + 1))
                case $kind in
                L)
                    if look "$pid"; then
                        [ "$start" -ge "$since" ] && [ "$start" -le "$until" ] && kill -9 "-$pid" "$pid"
                    else
                        groups="$groups $pid:$since:$now"
                    fi
                    ;;
                S) groups="$groups $pid:$since:$seen" ;;
                P)
                    [ -n "$gate" ] || [ "${first:-$since}" -lt "$since" ] || first=$since
                    pipes="$pipes pipe:[$seen]"
                    ;;
                *) continue ;;
                esac
                case $cookie in
                -) ;;
                /*)
                    echo 1 >"$cgroups$cookie/cgroup.kill"
                    killed="$killed $cookie"
                    ;;
                *) cookies="$cookies -e $cookie -e $((0x${cookie#????????????????}))" ;;
                esac
                if [ "$kind" = P ] && [ -p "$gates$gate" ]; then
                    rm -f "$gates$gate" 4<>"$gates$gate"
                fi
            done
            """;

    /**
     * Whether process $1 has one of the pipes as a standard stream. Where its descriptors may not be looked at, or there
     * is no readlink, the link is empty, and no pipe is. A path begins with a slash.
     */
    private static final String HAS_PIPE = """
            has_pipe() {
                for fd in 0 1 2; do
                    case "$pipes " in
                    *" $(readlink "/proc/$1/fd/$fd") "*) return 0 ;;
                    esac
                done
                return 1
            }
            """;

    /**
     * Groups without a leader. While they have a member their number is their own: if a stranger has reused it since,
     * all its group are younger than the last member that was seen.
     *
     * <p>And leaders whose start was not over, and what they have left: since the start began they were made by the JVM,
     * or by such a child, and have lost their parent as all children of the JVM have. They bear the mark that the JVM
     * then bore, or have a pipe that was made for the start as a standard stream. Each of them is in its group, and has
     * its streams, before the guardian's pipe ends: it closes its end of that after it has made both. What has a pipe and
     * leads its group has made that group. What does not lead its group may have joined one of strangers, and is killed
     * alone.
     */
    private static final String KILL_GROUPS = """
            if [ -n "$groups$first" ]; then
                set +f
                for pid in /proc/[0-9]*; do
                    pid=${pid#/proc/}
                    look "$pid" || continue
                    case "$groups " in
                    *" $group:"*)
                        times=${groups##*" $group:"}
                        times=${times%% *}
                        [ "$start" -ge "${times%:*}" ] && [ "$start" -le "${times#*:}" ] && kill -9 "-$group"
                        ;;
                    esac
                    case "$first $home $$ " in
                    *" $group "* | ' '*) continue ;;
                    esac
                    [ "$parent" = "$reaper" ] && [ "$start" -ge "$first" ] && [ "$start" -le "$now" ] || continue
                    if [ "$limit" = "$mark" ]; then
                        kill -9 "-$group"
                    elif has_pipe "$pid"; then
                        [ "$pid" != "$group" ] || pid=-$pid
                        kill -9 "$pid"
                    fi
                done
            fi
            """;

    /** A process shows no environment in the moment of its exec: so two searches in a row must find none. */
    private static final String SEARCH_BEARERS = """
            round=0
            nobody=0
            while [ -n "$cookies" ] && [ "$round" -lt 500 ] && [ "$nobody" -lt 2 ]; do
                round=$((round + 1))
                if kill_bearers; then nobody=0; else nobody=$((nobody + 1)); fi
                sleep 0.02
            done
            """;

    /** A cgroup can be removed when its last member is gone. The shell must not read on after the script. */
    private static final String END = """
            for cgroup in $killed; do
                round=0
                while [ -d "$cgroups$cgroup" ] && ! rmdir "$cgroups$cgroup" && [ "$round" -lt 100 ]; do
                    round=$((round + 1))
                    sleep 0.02
                done
            done
            exit
            }
            """;

    /** The text to write into the pipe before the shell is started. A constant: nothing is concatenated at run time. */
    static final String TEXT = BEGIN
            + LOOK
            + TELL_TIME
            + KILL_BEARERS
            + WAIT
            + KILL_ENTRIES
            + HAS_PIPE
            + KILL_GROUPS
            + SEARCH_BEARERS
            + END;

    private GuardianScript() {}

    /**
     * The command line. The shell keeps its own name: from it busybox knows to be a shell, and bash to follow POSIX.
     */
    static List<String> command(String shell, long jvm) {
        return List.of(shell, "-s", NAME, Long.toString(jvm));
    }
}
