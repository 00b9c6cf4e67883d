#!/bin/sh
#
# The first part of the `leash` command. The second part, behind the last line, is a jar: Java reads a jar from its
# end and does not mind what stands before it.
#
# This script finds a Java, writes down what the shell and the JVM are about to change for the program that leash will
# run, and becomes the JVM by exec, so the process id stays. What it writes down, for dev.leash.cli to put back:
#
#   LEASH_ENVIRON_0, …     the caller's environment, byte for byte, as base64. A shell drops variables with odd names
#   -Dleash.environ=N      and adds some of its own, and the JVM's option variables have to go. N pieces, since one
#                          variable holds at most 128 KiB. Absent: not copied, take what the JVM inherits.
#   -Dleash.name=NAME      the name that this was called by, without its folder.
#   -Dleash.closed=0,2     which of 0, 1 and 2 were closed. They are open on /dev/null now, or the JVM would have
#                          some file of its own there, and a program would write its output into it.
#   -Dleash.fds=3,7        which others were open.
#   -Dleash.reserved=3,5   what this script has opened besides, so that the JVM does not use these numbers.
#   -Dleash.sigign=HEX     the signals that were ignored, and those that were blocked, as in /proc/PID/status.
#   -Dleash.sigblk=HEX     (An ignored SIGCHLD is beyond us: dash resets it before it reads a line of this.)
#   -Dleash.cwdfd=4        a descriptor of the current directory, where that has been deleted: the JVM would not start
#                          there, and is started in / instead.
#
# Dash, bash and busybox run it, as part of the start-up time of every run. So it uses what is built into all three,
# reads /proc with `read`, and starts only one other process: base64. Its names begin with `leash_` to keep clear of
# the caller's variables: an exported variable stays exported, and the JVM would get our value for it.

# Bash takes options and functions from the environment.
set +aCefuvx
case ${BASH_VERSION-} in
    ?*)
        unset -f command read cd printf '[' eval exec export exit readlink grep base64
        # Where it cannot exec, bash leaves by itself. Here it comes back, to the last line.
        shopt -s execfail
        ;;
esac
IFS=' 	
'
leash_newline='
'

leash_need=22

leash_fail() {
    trap - EXIT
    printf 'leash: %s\n' "$1" >&2
    exit 125
}

# For a subshell that becomes another program: the caller's PATH may lead anywhere, or nowhere.
leash_usual() {
    PATH=/usr/bin:/bin${PATH:+:$PATH}
}

# A shell that cannot go on, for lack of a process or a descriptor, has printed a message and would end with a status
# of its own. After a successful exec this trap does not run.
trap 'leash_fail "the shell that was to start Java could not go on"' EXIT

# ---- 1. Descriptors. First of all, before this script opens any of its own.

[ -L /proc/self/cwd ] || leash_fail '/proc is not mounted'

leash_closed=
for leash_fd in 0 1 2; do
    [ -L "/proc/self/fd/$leash_fd" ] || leash_closed=$leash_closed${leash_closed:+,}$leash_fd
done
# In this order: each is opened at the lowest free number, which is its own.
case $leash_closed in *0*) exec 0</dev/null ;; esac
case $leash_closed in *1*) exec 1>/dev/null ;; esac
case $leash_closed in *2*) exec 2>/dev/null ;; esac

leash_fds=
leash_taken=
for leash_fd in /proc/self/fd/*; do
    # The list contains the descriptor that read the folder, which is closed by now.
    [ -L "$leash_fd" ] || continue
    leash_fd=${leash_fd##*/}
    [ "$leash_fd" -gt 2 ] || continue
    leash_flags=0
    while read -r leash_key leash_value; do
        case $leash_key in flags:) leash_flags=$leash_value && break ;; esac
    done <"/proc/self/fdinfo/$leash_fd" || leash_fail 'too few files may be open (ulimit -n)'
    leash_taken=$leash_taken,$leash_fd,
    # 02000000 is O_CLOEXEC. A descriptor that came through exec cannot have it; one that has it is the shell's own:
    # this script.
    [ $((leash_flags & 02000000)) -ne 0 ] || leash_fds=$leash_fds${leash_fds:+,}$leash_fd
done
# The JVM part gets a signal through the descriptor of the same number. The JVM takes the lowest free numbers for a
# few files of its own: 4, 7, 8 and 9 are signals that leash cannot take over, so this keeps the other numbers below
# 10 from it.
leash_reserved=
for leash_fd in 3 5 6; do
    case $leash_taken in *,$leash_fd,*) continue ;; esac
    eval "exec $leash_fd</dev/null"
    leash_reserved=$leash_reserved${leash_reserved:+,}$leash_fd
done

# Sets leash_free to a free descriptor below 10: the redirections of a shell take only one digit.
leash_find_free() {
    for leash_free in 4 5 6 7 8 9; do
        [ -L "/proc/self/fd/$leash_free" ] || return 0
    done
    return 1
}

# ---- 2. Signals.

leash_sigblk=
leash_sigign=
while read -r leash_key leash_value; do
    case $leash_key in
        SigBlk:) leash_sigblk=$leash_value ;;
        SigIgn:) leash_sigign=$leash_value && break ;;
    esac
done </proc/self/status
# Bash and busybox ignore SIGQUIT themselves, and restore it in the programs that they start. So there bit 4 proves
# nothing, and another process has to look.
case $leash_sigign in
    *[4567cdef])
        leash_value=$(leash_usual && exec grep SigIgn: /proc/self/status) && leash_sigign=${leash_value##*[!0-9a-f]}
        ;;
esac

# ---- 3. The current directory.

leash_cwdfd=
# A name that leads here proves that the directory exists, at no cost. Below a directory that we cannot search, no
# name may do so. So if the test fails, this asks the kernel.
if ! [ "${PWD:-/nonexistent}" -ef . ]; then
    case $(leash_usual && exec readlink /proc/self/cwd) in
        /*' (deleted)' | [!/]*)
            leash_find_free && eval "command exec $leash_free<." || leash_fail 'cannot keep the deleted current directory'
            leash_cwdfd=$leash_free
            cd / 2>/dev/null
            ;;
    esac
fi

# ---- 4. A Java.

leash_seen=
leash_note() {
    leash_seen="$leash_seen
  $1"
}

# Whether there is a usable Java in the folder $1. Sets leash_version to its version, or to what is wrong with it. A
# file in the folder has the version: to ask `java -version` would cost more than everything else here.
leash_try() {
    leash_version="no executable file bin/java there"
    [ -x "$1/bin/java" ] && [ -f "$1/bin/java" ] || return 1
    leash_version="no file 'release' there that tells its version"
    [ -r "$1/release" ] && [ -f "$1/release" ] || return 1
    while read -r leash_key || [ -n "$leash_key" ]; do
        case $leash_key in
            JAVA_VERSION=*)
                leash_version=${leash_key#*=}
                leash_version=${leash_version#\"}
                leash_version=${leash_version%\"}
                break
                ;;
        esac
    done <"$1/release"
    # 25.0.1, 26-ea, and 1.8.0 for Java 8.
    leash_major=${leash_version%%[!0-9]*}
    [ "${leash_major:-0}" -ge $leash_need ]
}

# Sets leash_onpath to the file that the PATH has for the command $1. Reading the answer of `command -v` would take a
# process.
leash_look_up() {
    leash_onpath=
    set -f
    IFS=:
    for leash_dir in ${PATH-}; do
        if [ -x "${leash_dir:-.}/$1" ] && [ -f "${leash_dir:-.}/$1" ]; then
            leash_onpath=${leash_dir:-.}/$1
            break
        fi
    done
    set +f
    IFS=' 	
'
    [ -n "$leash_onpath" ]
}

# The Java on the PATH is usually a symbolic link, or a link to a link. Sets leash_home to the folder that the file is
# in.
leash_find_on_path() {
    leash_look_up java || return 1
    # Most likely it is one of these, which the shell can test without another process.
    for leash_home in /usr/lib/jvm/*; do
        [ "$leash_onpath" -ef "$leash_home/bin/java" ] && return 0
    done
    leash_home=$leash_onpath
    if [ -L "$leash_onpath" ]; then
        leash_home=$(leash_usual && exec readlink -f "$leash_onpath") || leash_home=$leash_onpath
    fi
    case $leash_home in
        */bin/java) leash_home=${leash_home%/bin/java} ;;
        *) leash_home=${leash_home%/*}/.. ;;
    esac
}

leash_find_java() {
    if [ -n "${LEASH_JAVA_HOME-}" ]; then
        leash_try "$LEASH_JAVA_HOME" && leash_home=$LEASH_JAVA_HOME && return
        leash_fail "cannot use LEASH_JAVA_HOME=$LEASH_JAVA_HOME: $leash_version (needed: Java $leash_need or newer)"
    fi
    leash_note 'LEASH_JAVA_HOME: not set'

    if [ -n "${JAVA_HOME-}" ]; then
        leash_try "$JAVA_HOME" && leash_home=$JAVA_HOME && return
        leash_note "JAVA_HOME=$JAVA_HOME: $leash_version"
    else
        leash_note 'JAVA_HOME: not set'
    fi

    if leash_find_on_path; then
        leash_try "$leash_home" && return
        leash_note "java on the PATH, $leash_onpath: $leash_version"
    else
        leash_note 'java on the PATH: none'
    fi

    # Of these, the newest.
    leash_best=
    leash_best_major=0
    for leash_place in /usr/lib/jvm "${HOME:-/root}/.sdkman/candidates/java" /opt; do
        leash_found=
        for leash_home in "$leash_place"/*; do
            [ -x "$leash_home/bin/java" ] || continue
            if leash_try "$leash_home" && [ "$leash_major" -gt $leash_best_major ]; then
                leash_best=$leash_home
                leash_best_major=$leash_major
            fi
            leash_found="$leash_found${leash_found:+, }${leash_home##*/} ($leash_version)"
        done
        leash_note "$leash_place/*: ${leash_found:-none}"
    done
    leash_home=$leash_best
    [ -n "$leash_home" ] || leash_fail "no Java $leash_need or newer was found. These were looked at:$leash_seen
Install one, or set LEASH_JAVA_HOME to the folder of one."
}

leash_find_java

# ---- 5. The environment, and how much room there is.

# The braces matter: /proc/self is this shell only if the shell itself opens it. The limits of address space, data,
# processes and open files come first, since a substitution of their own would take another process. (The option that
# is -p in dash and busybox is -u in bash, where -p is something else.)
leash_environ=
{
    leash_pieces=$(
        ulimit -S -v
        ulimit -S -d
        ulimit -S -u 2>/dev/null || ulimit -S -p
        ulimit -S -n
        leash_usual && exec base64 -w 120000 2>/dev/null
    ) && leash_environ=0
} </proc/self/environ
leash_pieces=$leash_pieces$leash_newline
leash_space=${leash_pieces%%$leash_newline*}
leash_pieces=${leash_pieces#*$leash_newline}
leash_data=${leash_pieces%%$leash_newline*}
leash_pieces=${leash_pieces#*$leash_newline}
leash_tasks=${leash_pieces%%$leash_newline*}
leash_pieces=${leash_pieces#*$leash_newline}
leash_files=${leash_pieces%%$leash_newline*}
leash_pieces=${leash_pieces#*$leash_newline}

# If Java may not open its own files, its message names a class that it did not find. So this tests it here, at no
# cost: so many descriptors have to be free for leash itself, besides those that its caller has open.
leash_least=16
case ${0##*/}:${1-} in timeout:* | *:timeout) leash_least=12 ;; esac
case $leash_files in
    *[!0-9]* | '') ;; # no limit
    *)
        if [ "$leash_files" -lt 256 ]; then
            leash_free=$((leash_files - 3))
            leash_taken=$leash_taken,$leash_reserved
            IFS=,
            for leash_fd in $leash_taken; do
                [ "${leash_fd:-$leash_files}" -ge "$leash_files" ] || leash_free=$((leash_free - 1))
            done
            IFS=" 	$leash_newline"
            [ "$leash_free" -ge $leash_least ] ||
                leash_fail "too few files may be open (ulimit -n is $leash_files): leash itself needs $leash_least more than its caller has open, and $leash_free are free"
        fi
        ;;
esac

# Arguments and environment together may fill a quarter of the stack limit, at most 6 MiB and at least 128 KiB. Checks
# that there is room for the copy; unless both are small, it reads the limit.
leash_args="$*"
# Some shells count characters, each of which has up to four bytes.
leash_size=$((${#leash_pieces} * 2 + ${#leash_args} * 4 + $# * 10))
if [ $leash_size -gt 100000 ]; then
    { leash_args=$(leash_usual && exec wc -c) || leash_args=3145728; } </proc/self/cmdline
    leash_size=$((${#leash_pieces} * 2 + leash_args + $# * 10))
    leash_room=0
    while read -r leash_key leash_value leash_word leash_limit leash_rest; do
        case $leash_value in stack) leash_room=$leash_limit && break ;; esac
    done </proc/self/limits
    case $leash_room in
        unlimited) leash_room=25165824 ;;
        *[!0-9]* | '') leash_room=0 ;;
    esac
    [ "$leash_room" -lt 25165824 ] || leash_room=25165824
    [ $((leash_size + 16384)) -lt $((leash_room / 4)) ] || leash_environ=
fi
if [ -n "$leash_environ" ]; then
    for leash_piece in $leash_pieces; do
        export "LEASH_ENVIRON_$leash_environ=$leash_piece"
        leash_environ=$((leash_environ + 1))
    done
fi

# With these variables the JVM would print "Picked up …" on standard error, or obey them.
unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS _JAVA_LAUNCHER_DEBUG

# ---- 6. Become the JVM.

leash_self=$0
case $leash_self in
    */*) ;;
    # For `bash leash` bash searches the PATH, and does not tell where it found the script.
    *) [ -f "$leash_self" ] || ! leash_look_up "$leash_self" || leash_self=$leash_onpath ;;
esac
leash_name=${leash_self##*/}
# A class path cannot contain a colon, and a relative name is wrong once the directory is /.
case $leash_self${leash_cwdfd:+:} in
    *:*)
        leash_find_free && eval "command exec $leash_free<\"\$leash_self\"" || leash_fail "cannot open $leash_self"
        leash_self=/proc/self/fd/$leash_free
        ;;
esac

# Beside this file there may be caches of its classes, loaded and linked. The build makes them by calls with
# LEASH_MAKE_AOT: leash.aot for `timeout`, and leash.more.aot for all else, because each class in a cache costs time
# in every start with it. The JVM checks by size and time whether it has made the cache itself from this very file,
# and otherwise does without. It prints nothing about that, since it is no error: the cache is from another Java, or
# the file is a copy with a new time. Before Java 25 there are no caches.
leash_quiet='cds*=off'
leash_aot=
leash_train=
leash_timeout=
case $leash_name:${1-} in timeout:* | *:timeout) leash_timeout=1 ;; esac
if [ "$leash_major" -ge 25 ]; then
    leash_quiet=$leash_quiet,aot*=off
    leash_aot=$leash_self
    [ ! -L "$leash_self" ] || leash_aot=$(leash_usual && exec readlink -f "$leash_self") || leash_aot=$leash_self
    # In the option for a cache a colon has another meaning.
    case $leash_aot in *:*) leash_aot= ;; esac
    if [ -n "${LEASH_MAKE_AOT-}" ]; then
        leash_aot=-XX:AOTCacheOutput=$LEASH_MAKE_AOT
        [ -n "$leash_timeout" ] || leash_train=1
    elif [ -n "$leash_aot" ] && [ -z "$leash_timeout" ] && [ -r "$leash_aot.more.aot" ]; then
        leash_aot=-XX:AOTCache=$leash_aot.more.aot
    elif [ -n "$leash_aot" ] && [ -r "$leash_aot.aot" ]; then
        leash_aot=-XX:AOTCache=$leash_aot.aot
    else
        leash_aot=
    fi
fi

# `timeout` does each thing once and then ends: compiling any of it takes longer than it saves, and so does tailoring
# method handles to frequent callers, which the threshold prevents. The same holds for `doctor` and for `run`, unless
# the output passes through leash or a run may have to search /proc. (An option of the program may be mistaken for one
# of these, which only costs a compiler that is not needed.)
leash_xint=$leash_timeout
# A bench does the same thing thousands of times, and what it does itself is a part of what it measures: all of it is
# compiled before the first run that counts.
leash_scaling=10
case $leash_timeout:${1-} in
    :bench) leash_scaling=0.1 ;;
    :doctor) leash_xint=1 ;;
    :run)
        case " $*" in
            *' --json'* | *' --prefix'* | *' --idle-timeout'* | *' --tty'* | *' --containment'*) ;;
            *) leash_xint=1 ;;
        esac
        ;;
esac

# Becomes Java. Only the first compiler, for code that is called very often, and no statistics file: this JVM does
# little and starts often. A small heap and class space keep it small, and let it start under a low `ulimit -v`.
# Messages of the JVM go to standard error, since standard output is the program's, and none into a file in the
# caller's directory. Without -MaxFDLimit the JVM would raise the soft limit of open files, and without Xrs it would
# take signals that leash handles. The two options about dumps leave the core filter alone, which children inherit.
leash_java() {
    exec "$leash_home/bin/java" \
        -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-XX:CompileThresholdScaling=$leash_scaling" \
        ${leash_xint:+-Xint -Djava.lang.invoke.MethodHandle.CUSTOMIZE_THRESHOLD=-1} \
        -XX:-UsePerfData -Xms8m -Xmx128m -XX:CompressedClassSpaceSize=32m \
        -XX:+UnlockDiagnosticVMOptions -XX:-DumpPrivateMappingsInCore -XX:-DumpSharedMappingsInCore \
        -XX:-DumpReplayDataOnError \
        -XX:+DisplayVMOutputToStderr -Xlog:disable "-Xlog:all=error,$leash_quiet:stderr" -XX:-MaxFDLimit -Xrs \
        ${leash_error_file:+"-XX:ErrorFile=$leash_error_file"} \
        ${leash_aot:+"$leash_aot"} ${leash_train:+-Dleash.train=1} "$@"
}
leash_error_file=/dev/null
[ -z "${LEASH_DEBUG-}" ] || leash_error_file=

# A JVM that cannot start ends with 1, which could be the status of a program, and after exec this shell cannot report
# it better. So if a limit is low and the start might fail, this tries it first, which takes as long as a start.
leash_scarce=
leash_note_scarce() {
    leash_scarce=$leash_scarce${leash_scarce:+, }$1
}
case $leash_space in
    *[!0-9]* | '') ;;
    *) [ "$leash_space" -ge 4000000 ] || leash_note_scarce "ulimit -v is $leash_space" ;;
esac
case $leash_data in
    *[!0-9]* | '') ;;
    *) [ "$leash_data" -ge 1000000 ] || leash_note_scarce "ulimit -d is $leash_data" ;;
esac
case $leash_tasks in
    *[!0-9]* | '') ;;
    *)
        # The user has no more threads than all users together.
        leash_value=
        read -r leash_key leash_key leash_key leash_value leash_word </proc/loadavg
        leash_value=${leash_value#*/}
        [ "$leash_tasks" -gt $((${leash_value:-32768} + 64)) ] || leash_note_scarce "ulimit -u is $leash_tasks"
        ;;
esac
for leash_dir in /sys/fs/cgroup /sys/fs/cgroup/pids; do
    # In a container this is the container's cgroup. The root cgroup of a machine has no such file.
    if [ -r $leash_dir/pids.max ] && read -r leash_value <$leash_dir/pids.max && [ "$leash_value" != max ]; then
        leash_key=0
        read -r leash_key <$leash_dir/pids.current
        [ $((leash_value - leash_key)) -gt 64 ] || leash_note_scarce "pids.max of the cgroup is $leash_value"
    fi
done
if [ -n "$leash_scarce" ]; then
    # Each malloc(3) arena, one for each thread, reserves 64 MiB.
    [ -z "$leash_environ" ] || export MALLOC_ARENA_MAX=1
    # Tries with a slightly lower limit: it is better not to start than to fail later for lack of one more page.
    leash_value=$(
        # (Of no room at all exec itself may fail, with the status of a `true` that is not there.)
        case $leash_space in
            *[!0-9]* | '') ;;
            *) [ "$leash_space" -gt 131072 ] && ulimit -S -v $((leash_space - 65536)) || exit 1 ;;
        esac
        case $leash_data in *[!0-9]* | '') ;; *) ulimit -S -d $((leash_data > 16384 ? leash_data - 16384 : 0)) ;; esac
        leash_usual && leash_java --enable-native-access=ALL-UNNAMED -cp "$leash_self" dev.leash.cli.Main \
            timeout 9 true 2>&1 </dev/null
    )
    case $? in
        # With 125 it says itself what is wrong, as it will say again. Some systems have no `true`.
        0 | 12[567]) ;;
        *)
            set -f
            IFS=$leash_newline
            for leash_reason in $leash_value ''; do
                case $leash_reason in
                    '#' | *' VM warning: '* | 'Error occurred '* | 'Error: dl failure '* | 'Error: A JNI error '*) ;;
                    *) break ;;
                esac
            done
            leash_reason=${leash_reason#\# }
            leash_fail "Java cannot start with so little ($leash_scarce): ${leash_reason:-it does not say why}"
            ;;
    esac
fi

# Dash and busybox exit by themselves if exec fails.
trap 'leash_fail "cannot start $leash_home/bin/java"' EXIT

# Not -jar: with that, Java first reads the jar's table of contents, which the cache does not need.
leash_java \
    "-Dleash.name=$leash_name" \
    ${leash_environ:+"-Dleash.environ=$leash_environ"} \
    ${leash_closed:+"-Dleash.closed=$leash_closed"} \
    ${leash_fds:+"-Dleash.fds=$leash_fds"} \
    ${leash_reserved:+"-Dleash.reserved=$leash_reserved"} \
    ${leash_sigign:+"-Dleash.sigign=$leash_sigign"} \
    ${leash_sigblk:+"-Dleash.sigblk=$leash_sigblk"} \
    ${leash_cwdfd:+"-Dleash.cwdfd=$leash_cwdfd"} \
    --enable-native-access=ALL-UNNAMED -cp "$leash_self" dev.leash.cli.Main "$@"
exit 125
