/**
 * Runs other programs on Linux and keeps them on a leash: what is started ends on time, ends completely, and is reported
 * truthfully.
 *
 * {@snippet class="dev.leash.examples.Deadline" region="run"}
 *
 * <p>No parameter and no result is null unless its documentation says so. Run with {@code
 * --enable-native-access=dev.leash} (on the class path: {@code ALL-UNNAMED}), since the calls go to libc and the kernel
 * through {@code java.lang.foreign}. Linux 5.4 and glibc 2.34 are the oldest that will do.
 *
 * <h2>The model</h2>
 *
 * <p><img src="doc-files/model.svg" width="880" height="590" style="max-width:100%;height:auto"
 * alt="Threads of the application start programs. The supervisor's loop, one thread, supervises all runs from then on. A
 * guardian ends them if the JVM dies. A run is running, then stopping if it must be ended, sweeping what it left behind,
 * draining its pipes, and reaped: that is its result.">
 *
 * <p>A {@link dev.leash.Command} is an immutable description. A {@link dev.leash.Supervisor} makes a <i>run</i> of it: the
 * program, or the programs of a pipeline, and all that they start. {@link dev.leash.Supervisor#run run} waits and gives a
 * {@link dev.leash.Result}; {@link dev.leash.Supervisor#start start} gives a {@link dev.leash.Child} to follow, to talk to, to
 * signal and to stop. One thread, the supervisor's <i>loop</i>, serves all of its runs: it reads their output, keeps their
 * deadlines, sends their signals and reaps them. So one supervisor for a whole application is the usual number, and a run
 * costs no thread.
 *
 * <h2>Starting</h2>
 *
 * <p>The calling thread starts the program by itself, with posix_spawn(3), and the call throws if that fails. The child has
 * a process group of its own, no descriptor but those that it was given, default signal dispositions and an empty signal
 * mask, whatever the JVM's are. No shell is involved but with {@link dev.leash.Command#shell}. All that can be set is a
 * method of {@code Command}, and each gives a new one, to be kept and varied:
 *
 * {@snippet class="dev.leash.examples.Commands" region="build"}
 *
 * <h2>Ways in and out</h2>
 *
 * <p>{@link dev.leash.Stdin} says where standard input comes from: nothing (the default), memory, a file, the JVM's own, a
 * stream, a publisher, or the caller's hand. {@link dev.leash.Output} says where an output goes: into the result (the
 * default), a file, the JVM's own, line by line to a consumer, to a stream, to a subscriber, or to whoever reads it. None of
 * them loses a byte, is unbounded, or costs a platform thread. What reads slowly holds back its own child, through the
 * pipe, and nobody else.
 *
 * {@snippet class="dev.leash.examples.LiveLines" region="lines"}
 *
 * <p>With pipes on both sides a program answers for as long as it is asked:
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
 * dev.leash.Command#idleTimeout quiet} for too long or has {@linkplain dev.leash.Command#outputLimit written} too much, when
 * it is {@linkplain dev.leash.Child#stop() stopped}, when a consumer of its output throws, and when its supervisor is
 * closed. How, is said by its {@link dev.leash.StopPlan}: signals with waits between them, and KILL at the end. Each signal
 * goes to every process of the run. A wait is over as soon as all of them are gone.
 *
 * {@snippet class="dev.leash.examples.GracefulStop" region="graceful"}
 *
 * <p>{@code run} returns by timeout, waits of the plan and {@linkplain dev.leash.Command#drainTime drain time} together,
 * whatever the processes do. Time is CLOCK_MONOTONIC, and no timeout is early.
 *
 * <h2>Containment</h2>
 *
 * <p>What belongs to a run is said by its {@link dev.leash.Containment}: its process group, the tree of all that it has
 * started, or a cgroup, which nothing gets out of. When its programs have exited, what is left of it is killed and {@linkplain
 * dev.leash.Result#killed() reported}, unless {@linkplain dev.leash.StragglerPolicy#LEAVE it may stay}.
 *
 * {@snippet class="dev.leash.examples.UntrustedBuild" region="untrusted"}
 *
 * <h2>Results</h2>
 *
 * <p>{@linkplain dev.leash.Result#cause Why} a run ended and {@linkplain dev.leash.Result#status how} are two things. A
 * program that handles TERM and exits with 0 after its timeout has {@link dev.leash.Cause#TIMED_OUT} and exit code 0; one that
 * exited before the first signal was sent never counts as timed out; {@code exit 137} is not a KILL. A result is no
 * exception: {@link dev.leash.Result#orThrow} makes one of it where that is wanted.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="demand"}
 *
 * <h2>Errors</h2>
 *
 * <p>What cannot be started throws a {@link dev.leash.SpawnException} from {@code run} or {@code start} at once, with the
 * {@linkplain dev.leash.SpawnException#kind kind} of failure, the errno by name and the path; nothing is left of it. What is
 * wrong in a command itself is an {@link java.lang.IllegalArgumentException} from the method that was given it.
 *
 * {@snippet class="dev.leash.examples.Outcomes" region="tell"}
 *
 * <h2>Threads</h2>
 *
 * <p>Values are immutable and may be shared; the two handles, {@code Supervisor} and {@code Child}, may be used from any
 * thread at any time. Of a child's streams each is for one thread at a time. To wait, on a stream or for a result, parks a
 * virtual thread and does not pin its carrier. A platform thread in {@code run} looks after its run itself, which spares it
 * two switches of threads.
 *
 * {@snippet class="dev.leash.examples.CancelFromAnotherThread" region="cancel"}
 *
 * <p>Code of the caller's runs on virtual threads: consumers of output, sources of input, subscribers, and what depends on
 * {@link dev.leash.Child#result()}. The one exception is {@link dev.leash.Output#onLoop}, whose handlers run on the loop and
 * must not block. An interrupt of the thread that is in {@code run} ends the run by its plan; one of a thread in {@link
 * dev.leash.Child#await()} ends only the wait.
 *
 * <h2>The end of the JVM</h2>
 *
 * <p>When the JVM ends by itself or by a signal, a shutdown hook closes the supervisors, and so ends their runs by their
 * plans. When it is killed, crashes or halts, the <i>guardian</i> does it, with KILL: a sleeping shell in a session of its
 * own, which wakes when the JVM's end of a pipe is closed by the kernel.
 *
 * {@snippet class="dev.leash.examples.DiesWithTheJvm" region="service"}
 */
@NullMarked
package dev.leash;

import org.jspecify.annotations.NullMarked;
