/**
 * Runs other programs on Linux and keeps them on a leash: a run ends on time, ends completely, and is reported
 * truthfully.
 *
 * {@snippet class="dev.leash.examples.Deadline" region="run"}
 *
 * <p>No parameter and no result is null unless its documentation says so. Run with {@code
 * --enable-native-access=dev.leash} (on the class path: {@code ALL-UNNAMED}), since the calls go to libc and the
 * kernel through {@code java.lang.foreign}. It needs Linux 5.4 and glibc 2.34, or newer; or Linux 5.11 and an older libc.
 *
 * <h2>The model</h2>
 *
 * <p><img src="doc-files/model.svg" width="880" height="590" style="max-width:100%;height:auto" alt="Threads of the
 * application start programs. The supervisor's loop, one thread, supervises all runs from then on. A guardian ends
 * them if the JVM dies. A run is running, then stopping if it must be ended, sweeping what it left behind, draining
 * its pipes, and reaped: that is its result.">
 *
 * <p>A {@link dev.leash.Command} is an immutable description. A {@link dev.leash.Supervisor} makes a <i>run</i> of
 * it: the program, or the programs of a pipeline, and all that they start. {@link dev.leash.Supervisor#run run} waits
 * and gives a {@link dev.leash.Result}; {@link dev.leash.Supervisor#start start} gives a {@link dev.leash.Child} to
 * follow, to talk to, to signal and to stop. One thread, the supervisor's <i>loop</i>, serves all of its runs: it
 * reads their output, keeps their deadlines, sends their signals and reaps them. So a run needs no thread of its own,
 * and an application usually has one supervisor.
 *
 * <h2>Starting</h2>
 *
 * <p>The calling thread starts the program itself, with posix_spawn(3), and the call throws if that fails. The child
 * has a process group of its own, no descriptors except those that the command gives it, default signal dispositions
 * and an empty signal mask, whatever the JVM's are. No shell is involved except with {@link dev.leash.Command#shell}.
 * Each setting is a method of {@code Command} that returns a new command, which can be kept and varied:
 *
 * {@snippet class="dev.leash.examples.Commands" region="build"}
 *
 * <h2>Ways in and out</h2>
 *
 * <p>{@link dev.leash.Stdin} says where standard input comes from: nothing (the default), memory, a file, the JVM's
 * own, a stream, a publisher, or a pipe that the caller writes to. {@link dev.leash.Output} says where an output
 * goes: into the result (the default), a file, the JVM's own, line by line to a consumer, to a stream, to a
 * subscriber, or to a pipe that the caller reads. None of them loses a byte, is unbounded, or needs a platform
 * thread. A slow reader holds back only its own child, through the pipe.
 *
 * {@snippet class="dev.leash.examples.LiveLines" region="lines"}
 *
 * <p>With pipes on both sides a program can serve requests until its input ends:
 *
 * {@snippet class="dev.leash.examples.WorkerPool" region="worker"}
 *
 * <p>{@link dev.leash.Command#pipeTo} makes one run of several programs, and {@link dev.leash.Command#terminal} gives a
 * program a terminal of its own.
 *
 * {@snippet class="dev.leash.examples.Pipeline" region="pipeline"}
 *
 * <h2>Deadlines and stop plans</h2>
 *
 * <p>A run is ended when its {@linkplain dev.leash.Command#timeout timeout} is over, when it has been {@linkplain
 * dev.leash.Command#idleTimeout quiet} for too long or has {@linkplain dev.leash.Command#outputLimit written} too
 * much, when it is {@linkplain dev.leash.Child#stop() stopped}, when a consumer of its output throws, and when its
 * supervisor is closed. Its {@link dev.leash.StopPlan} says how: signals with waits between them, and KILL at the
 * end. Each signal goes to every process of the run. A wait is over as soon as all of them are gone.
 *
 * {@snippet class="dev.leash.examples.GracefulStop" region="graceful"}
 *
 * <p>{@code run} returns within the sum of the timeout, the waits of the plan and the {@linkplain
 * dev.leash.Command#drainTime drain time}, whatever the processes do. Time is CLOCK_MONOTONIC, and no timeout is
 * early.
 *
 * <h2>Containment</h2>
 *
 * <p>A run's {@link dev.leash.Containment} says which processes belong to it: those of its process group, the tree of
 * all that it has started, or those of a cgroup, which they cannot leave. When its programs have exited, the
 * remaining processes are killed and {@linkplain dev.leash.Result#killed() reported}, unless {@linkplain
 * dev.leash.StragglerPolicy#LEAVE they may stay}.
 *
 * {@snippet class="dev.leash.examples.UntrustedBuild" region="untrusted"}
 *
 * <h2>Results</h2>
 *
 * <p>{@linkplain dev.leash.Result#cause Why} a run ended and {@linkplain dev.leash.Result#status how} are two things.
 * A program that handles TERM and exits with 0 after its timeout has {@link dev.leash.Cause#TIMED_OUT} and exit code
 * 0; one that exited before the first signal was sent never counts as timed out; {@code exit 137} is not a KILL. A
 * failed run throws nothing; {@link dev.leash.Result#orThrow} makes an exception of it where that is wanted.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="demand"}
 *
 * <h2>Errors</h2>
 *
 * <p>If a command cannot be started, {@code run} or {@code start} throws a {@link dev.leash.SpawnException} at once,
 * with the {@linkplain dev.leash.SpawnException#kind kind} of failure, the errno by name and the path; nothing is
 * left of the start. For a wrong argument, the method that gets it throws an {@link
 * java.lang.IllegalArgumentException}.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="tell"}
 *
 * <h2>Threads</h2>
 *
 * <p>Values are immutable and may be shared; the two handles, {@code Supervisor} and {@code Child}, may be used from
 * any thread at any time. Each stream of a child is for one thread at a time. A wait, on a stream or for a result,
 * parks a virtual thread without pinning its carrier. A platform thread in {@code run} or {@code await} drives the
 * run itself, which saves two switches of threads.
 *
 * {@snippet class="dev.leash.examples.CancelFromAnotherThread" region="cancel"}
 *
 * <p>User code runs on virtual threads: consumers of output, sources of input, subscribers, and dependents of {@link
 * dev.leash.Child#result()}. The one exception is {@link dev.leash.Output#onLoop}, whose handlers run on the loop and
 * must not block. An interrupt of a thread in {@code run} ends the run by its plan; an interrupt of a thread in
 * {@link dev.leash.Child#await()} ends only the wait.
 *
 * <h2>The end of the JVM</h2>
 *
 * <p>When the JVM ends by itself or by a signal, a shutdown hook closes the supervisors, and so ends their runs by
 * their plans. When it is killed, crashes or halts, the <i>guardian</i> does it, with KILL: a sleeping shell in a
 * session of its own, which wakes when the JVM's end of a pipe is closed by the kernel.
 *
 * {@snippet class="dev.leash.examples.DiesWithTheJvm" region="service"}
 */
@NullMarked
package dev.leash;

import org.jspecify.annotations.NullMarked;
