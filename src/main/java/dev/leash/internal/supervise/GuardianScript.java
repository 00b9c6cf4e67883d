package dev.leash.internal.supervise;

/**
 * What the guardian does, for a POSIX shell. All it needs besides the shell's own commands are {@code grep} for the bearers
 * of cookies and {@code sleep} between two looks; without grep it reads the environments itself, slowly.
 *
 * <p>Its standard input is the pipe, its standard output the {@link GuardianTable}, its argument the JVM's pid.
 */
final class GuardianScript {
    static final String TEXT = """
            # Leash's guardian: ends what a JVM has started and left running, once that JVM is gone.
            trap '' HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU
            exec 3<&1 >/dev/null
            set -f

            # The start time, the group and the parent of process $1, as numbers; false if there is none.
            look() {
                text=
                while read -r part || [ -n "$part" ]; do text="$text $part"; done <"/proc/$1/stat"
                [ -n "$text" ] || return 1
                set -- ${text##*) }
                parent=$2
                group=$3
                start=${20}
            }

            # The time now, in ticks since boot.
            tell_time() {
                read -r now part </proc/uptime
                now=${now%.*}${now#*.}
            }

            # Whoever bears one of our cookies, and was there when the search began: a newer process may be somebody else
            # who has got the number.
            kill_bearers() {
                tell_time
                set +f
                if [ -n "$grep" ]; then
                    found=$(grep -laF $cookies /proc/[0-9]*/environ)
                else
                    found=
                    for file in /proc/[0-9]*/environ; do
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
                    file=${file%/environ}
                    any=1
                    look "${file#/proc/}" && [ "$start" -le "$now" ] && kill -9 "${file#/proc/}"
                done
                [ -n "$any" ]
            }

            # The JVM never writes. This ends when the last one that holds the other end is gone, a moment before the JVM
            # itself is. If that lives on, somebody in it has closed the pipe by mistake.
            while read -r part; do :; done
            round=0
            while look $$ && [ "$parent" = "$1" ]; do
                round=$((round + 1))
                [ "$round" -lt 500 ] || exit
                sleep 0.01
            done

            tell_time
            grep=$(command -v grep)
            groups=
            cookies=
            read -r count part <&3
            read -r cgroups <&3
            read -r gates <&3
            killed=
            line=0
            while [ "$line" -lt "$count" ] && read -r kind pid since until seen cookie gate part <&3; do
                line=$((line + 1))
                case $kind in
                L)
                    if look "$pid"; then
                        # Still the one that was started: so the group of that number is its own, too.
                        [ "$start" -ge "$since" ] && [ "$start" -le "$until" ] && kill -9 "-$pid" "$pid"
                    else
                        groups="$groups $pid:$since:$now"
                    fi
                    ;;
                S) groups="$groups $pid:$since:$seen" ;;
                P) ;;
                *) continue ;;
                esac
                case $cookie in
                -) ;;
                /*)
                    echo 1 >"$cgroups$cookie/cgroup.kill"
                    killed="$killed $cookie"
                    ;;
                *) cookies="$cookies -e $cookie" ;;
                esac
                if [ "$kind" = P ] && [ -p "$gates$gate" ]; then
                    # Whoever waits there, or comes before it is gone, passes, sees that the JVM is gone, and goes himself.
                    rm -f "$gates$gate" 4<>"$gates$gate"
                fi
            done

            # Groups without a leader. As long as they have a member their number is their own: if somebody else has got it
            # since, he and all who are with him are younger than the last member that was seen.
            if [ -n "$groups" ]; then
                set +f
                for file in /proc/[0-9]*; do
                    look "${file#/proc/}" || continue
                    case "$groups " in
                    *" $group:"*)
                        times=${groups##*" $group:"}
                        times=${times%% *}
                        [ "$start" -ge "${times%:*}" ] && [ "$start" -le "${times#*:}" ] && kill -9 "-$group"
                        ;;
                    esac
                done
            fi

            # Whoever executes a program in the moment of the look shows no environment: so nobody has to be found twice.
            round=0
            nobody=0
            while [ -n "$cookies" ] && [ "$round" -lt 500 ] && [ "$nobody" -lt 2 ]; do
                round=$((round + 1))
                if kill_bearers; then nobody=0; else nobody=$((nobody + 1)); fi
                sleep 0.02
            done

            # A cgroup can be removed when its last member is gone.
            for cgroup in $killed; do
                round=0
                while [ -d "$cgroups$cgroup" ] && ! rmdir "$cgroups$cgroup" && [ "$round" -lt 100 ]; do
                    round=$((round + 1))
                    sleep 0.02
                done
            done
            """;

    private GuardianScript() {}
}
