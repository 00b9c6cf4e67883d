/**
 * Runs other programs on Linux and keeps them on a leash: what is started ends on time, ends completely, and is reported
 * truthfully.
 *
 * <p>A {@link dev.leash.Supervisor} runs {@link dev.leash.Command}s. A command is an immutable description; running it
 * gives a {@link dev.leash.Result}, starting it a {@link dev.leash.Child} to follow:
 *
 * {@snippet :
 * try (var supervisor = Supervisor.create()) {
 *     Result result = supervisor.run(Command.of("sh", "-c", "echo start; sleep 10 & sleep 10").timeout(ofSeconds(2)));
 *     // cause TIMED_OUT, status Signaled(KILL), stdout "start\n", about 2 s, and no sleep left alive
 * }
 * }
 *
 * <p>One thread, the supervisor's event loop, serves all its children: it reads their output, keeps their deadlines,
 * signals and reaps them. Starting happens on the caller's thread. Every child leads a process group of its own, has no
 * descriptor but its standard streams, default signal dispositions and an empty signal mask.
 *
 * <p>Values here are immutable and may be shared between threads; the two handles, {@code Supervisor} and {@code Child},
 * may be used from any thread. No parameter and no result is null unless its documentation says so.
 *
 * <p>The calls go to libc and the kernel through {@code java.lang.foreign}: run with {@code
 * --enable-native-access=dev.leash} (on the class path: {@code ALL-UNNAMED}). Linux 5.4 and glibc 2.34 are the oldest that
 * will do.
 */
@NullMarked
package dev.leash;

import org.jspecify.annotations.NullMarked;
