package dev.leash.containment;

import static dev.leash.support.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.Cause;
import dev.leash.Child;
import dev.leash.Command;
import dev.leash.ExitStatus;
import dev.leash.Output;
import dev.leash.Result;
import dev.leash.Signal;
import dev.leash.StopPlan;
import dev.leash.Straggler;
import dev.leash.Straggler.Membership;
import dev.leash.StragglerPolicy;
import dev.leash.forked.Jvm;
import dev.leash.forked.LeavesTheGroup;
import dev.leash.internal.sys.KernelFeatures;
import dev.leash.support.Children;
import dev.leash.support.ProcScan;
import dev.leash.support.RunsCommands;
import dev.leash.support.Skip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GROUP that is stopped takes with it whom it can see to have left it: who still has its parent. */
@Timeout(120)
class FollowedGroupTest extends RunsCommands {
    private static final StopPlan TERM_FIRST =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(30)).kill();
    private static final StopPlan TERM_AND_SOON_KILL =
            StopPlan.signal(Signal.TERM).then(Duration.ofSeconds(2)).kill();

    private static Set<String> names(List<Straggler> stragglers) {
        return stragglers.stream().map(Straggler::name).collect(Collectors.toSet());
    }

    /** Waits until {@code count} processes of this test have that name. */
    private void awaitNamed(String name, int count) {
        eventually(
                count + " of " + name,
                () -> alive().stream().filter(info -> info.name().equals(name)).count() == count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timeout 82 sleep 82; true",
                "setsid sleep 82; true",
                "sh -c 'sh -c \"timeout 82 sleep 82; true\"; true'; true",
                "set -m; sleep 82 & wait"
            })
    void whatMadeAGroupOfItsOwnDiesWithARunThatIsStoppedAndIsNamed(String script) throws Exception {
        Child child = start(Command.of("bash", "-c", script));
        awaitNamed("sleep", 1);
        ProcScan.Info sleep = alive().stream()
                .filter(info -> info.name().equals("sleep"))
                .findFirst()
                .orElseThrow();
        eventually("it has left", () -> ProcScan.of(sleep.pid()).orElseThrow().pgrp() != child.pid());
        child.kill();
        Result result = checked(child.await());
        assertEquals(Cause.CANCELLED, result.cause());
        assertTrue(killed(result), result::toString);
        assertEquals(List.of(), alive());
        Straggler told = result.killed().stream()
                .filter(one -> one.pid() == sleep.pid())
                .findFirst()
                .orElseThrow();
        assertTrue(List.of(Membership.PARENT, Membership.SUBGROUP).contains(told.membership()), told::toString);
        assertTrue(
                result.killed().stream().noneMatch(one -> one.pid() == child.pid()),
                () -> "its own group died with it: " + result.killed());
        assertTrue(result.outputComplete(), "nobody holds the pipes");
    }

    @Test
    void itIsGivenTheSameTimeToCleanUp(@TempDir Path temp) throws Exception {
        Path file = temp.resolve("cleaned-up");
        String leaver = "trap 'echo done >" + file + "; exit' TERM; echo ready; while :; do sleep 0.05; done";
        Child child = start(Command.of("setsid", "-w", "sh", "-c", leaver)
                .stopPlan(TERM_FIRST)
                .stdout(Output.pipe()));
        assertEquals('r', child.stdout().read());
        child.stop();
        Result result = checked(child.await());
        assertEquals(List.of(), alive());
        assertTrue(Files.exists(file), "it was sent TERM");
        assertEquals(List.of(), result.killed());
        assertEquals(1, result.stopSteps().size(), () -> result.stopSteps().toString());
    }

    @Test
    void itIsRememberedWhenItsParentHasDiedOfTheFirstSignal() throws Exception {
        String leaver = "trap \"\" TERM; echo ready; sleep 82; sleep 82";
        Child child = start(sh("setsid sh -c '" + leaver + "'; true")
                .stopPlan(TERM_AND_SOON_KILL)
                .stdout(Output.pipe()));
        assertEquals('r', child.stdout().read());
        child.stop();
        Result result = checked(child.await());
        assertEquals(new ExitStatus.Signaled(Signal.TERM, false), result.status());
        assertEquals(2, result.stopSteps().size());
        assertEquals(List.of(), alive());
        assertTrue(names(result.killed()).contains("sh"), () -> result.killed().toString());
    }

    /** Its own parent was sent TERM, too, and is gone; nobody has ever seen it before. */
    @Test
    void whomItStartsWhenItIsStoppedIsFoundByItsGroup() throws Exception {
        Skip.unless(
                KernelFeatures.PIDFD_GROUP_SIGNAL, "before Linux 6.9 a group whose leader has been reaped has no name");
        String leaver = "trap \"sh -c \\\"trap '' TERM; sleep 82; sleep 82\\\" & exit\" TERM; echo ready;"
                + " while :; do sleep 0.05; done";
        Child child = start(Command.of("sh", "-c", "setsid sh -c \"$0\"; true", leaver)
                .stopPlan(TERM_AND_SOON_KILL)
                .stdout(Output.pipe()));
        assertEquals('r', child.stdout().read());
        child.stop();
        Result result = checked(child.await());
        assertEquals(List.of(), alive(), () -> "killed: " + result.killed());
    }

    @Test
    void whoIsToBeLeftIsLeft() throws Exception {
        Child child = start(
                sh("setsid sleep 82; true").stragglers(StragglerPolicy.LEAVE).drainTime(Duration.ZERO));
        awaitNamed("sleep", 1);
        child.kill();
        Result result = checked(child.await());
        assertEquals(List.of(), result.killed());
        assertEquals("sleep", alive().getFirst().name());
        assertFalse(alive().getFirst().state() == 'T', "nor is it stopped");
        killEscaped();
    }

    @Test
    void whoHasLostItsParentBeforeIsNotHeld() throws Exception {
        Child child = start(sh("(setsid sleep 82 &); exec sleep 83").drainTime(Duration.ZERO));
        awaitNamed("sleep", 2);
        child.kill();
        Result result = checked(child.await());
        assertEquals(List.of(), result.killed());
        assertEquals(1, alive().size());
        killEscaped();
    }

    /** A list for each thread: the first one of a JVM starts nothing. */
    @Test
    void itIsSeenWhicheverThreadHasStartedIt(@TempDir Path temp) throws Exception {
        List<String> java = Jvm.of(temp, LeavesTheGroup.class, "sleep", "82").command();
        Child child = start(Command.of(java.toArray(new String[0])));
        awaitNamed("sleep", 1);
        child.kill();
        Result result = checked(child.await());
        assertEquals(List.of(), alive());
        assertEquals(Set.of("sleep"), names(result.killed()));
    }

    @Test
    void everyProgramOfAPipelineIsLookedAfter() throws Exception {
        Command first = marked(Command.of("sleep", "82"));
        Child child = start(first.pipeTo(marked(sh("setsid sleep 82; true"))).pipeTo(Command.of("cat")));
        awaitNamed("sleep", 2);
        child.kill();
        checked(child.await());
        assertEquals(List.of(), alive());
    }

    /** More than are looked at one by one; they are the group's all the same, and no stragglers. */
    @Test
    void aLargeGroupIsStillAGroup() throws Exception {
        Child child = start(Command.of(Children.path("group-of"), "100"));
        eventually("all are there", () -> ProcScan.group((int) child.pid()).size() == 101);
        child.kill();
        Result result = checked(child.await());
        assertTrue(killed(result));
        assertEquals(List.of(), alive());
        assertEquals(List.of(), result.killed());
    }

    @Test
    void aSecondRunIsNoneOfItsBusiness() throws Exception {
        Child other = start(sh("setsid sleep 83; true"));
        Child child = start(sh("setsid sleep 82; true"));
        awaitNamed("sleep", 2);
        child.kill();
        Result result = checked(child.await());
        assertEquals(Set.of("sleep"), names(result.killed()));
        awaitNamed("sleep", 1);
        assertTrue(other.isRunning());
        other.kill();
        checked(other.await());
    }
}
