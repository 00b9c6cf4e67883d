package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All interleavings of the steps in which {@link LoopScope} and {@link ScopeTasks} take, leave and move a run: two threads
 * act or bring tasks, the engine's loop runs what is brought, and a thread takes the run to its loop and back. Each step
 * is one access to what the threads share. A model, written after the code; {@link SerialOwnershipTest} runs the code.
 */
@Timeout(120)
class OwnershipModelTest {
    private static final int CALLERS = 2;
    private static final int ACTIONS = 2;
    private static final int ENGINE = CALLERS;
    private static final int MOVER = CALLERS + 1;
    private static final int THREADS = CALLERS + 2;
    private static final int NOBODY = THREADS;

    // What the threads share.
    private static final int HOLDER = 0;
    private static final int HOME = 1; // ENGINE or MOVER, the thread that turns the run's loop
    private static final int CALLED = 2; // how often each of both loops has been called, at HOME's values - ENGINE
    private static final int QUEUED = 4; // the number of tasks in the queue, and then the tasks
    private static final int QUEUE = 5;
    private static final int DONE = QUEUE + CALLERS * ACTIONS; // by caller: how many of its actions are done

    // Of each thread: where it is, the loop that it is calling, where it goes on after that, and what it has begun.
    private static final int OWN = DONE + CALLERS;
    private static final int AT = 0;
    private static final int CALLING = 1;
    private static final int THEN = 2;
    private static final int BEGUN = 3;
    private static final int OF_EACH = 4;
    private static final int SIZE = OWN + THREADS * OF_EACH;

    // A caller, or a loop that has been called, or the thread that moves the run.
    private static final int LOOK = 0;
    private static final int TAKE = 1;
    private static final int ACT = 2;
    private static final int LEAVE = 3;
    private static final int BRING = 4;
    private static final int READ_HOME = 5;
    private static final int CALL = 6;
    private static final int NEXT = 7;
    private static final int WHERE = 8;
    private static final int STILL = 9;
    private static final int RUN = 10;
    private static final int LEFT = 11;
    private static final int RETRY = 12;
    private static final int MOVE_TAKE = 13;
    private static final int MOVE_HOME = 14;
    private static final int MOVE_TELL = 15;
    private static final int MOVE_LEAVE = 16;
    private static final int BACK_TAKE = 17;
    private static final int BACK_HOME = 18;
    private static final int BACK_TELL = 19;
    private static final int BACK_LEAVE = 20;
    private static final int OVER = 21;

    private final Deque<int[]> toVisit = new ArrayDeque<>();
    private final Set<String> known = new HashSet<>();
    private int ends;

    @Test
    void nothingIsLostDoneTwiceOrOutOfOrderInAnyInterleaving() {
        int[] start = new int[SIZE];
        start[HOLDER] = NOBODY;
        start[HOME] = ENGINE;
        own(start, ENGINE, AT, NEXT);
        own(start, MOVER, AT, MOVE_TAKE);
        visit(start);
        while (!toVisit.isEmpty()) {
            int[] state = toVisit.removeLast();
            boolean moves = false;
            for (int thread = 0; thread < THREADS; thread++) {
                moves |= step(state, thread);
            }
            if (!moves) {
                ends++;
                assertEquals(0, state[QUEUED], () -> "a task is forgotten: " + Arrays.toString(state));
                assertEquals(NOBODY, state[HOLDER], () -> "nobody leaves: " + Arrays.toString(state));
                for (int caller = 0; caller < CALLERS; caller++) {
                    assertEquals(ACTIONS, state[DONE + caller], () -> "not all is done: " + Arrays.toString(state));
                }
            }
        }
        assertTrue(ends > 0 && known.size() > 10_000, () -> known.size() + " states");
    }

    private void visit(int[] state) {
        if (known.add(Arrays.toString(state))) {
            toVisit.add(state);
        }
    }

    private static int own(int[] state, int thread, int what) {
        return state[OWN + thread * OF_EACH + what];
    }

    private static void own(int[] state, int thread, int what, int value) {
        state[OWN + thread * OF_EACH + what] = value;
    }

    /** Visits what comes of the next step of {@code thread}; false if it has none, or waits. */
    private boolean step(int[] from, int thread) {
        int[] state = from.clone();
        int at = own(state, thread, AT);
        int next;
        switch (at) {
            // LoopScope.tryHere
            case LOOK -> {
                if (own(state, thread, BEGUN) == ACTIONS) {
                    return false;
                }
                next = state[QUEUED] > 0 ? BRING : TAKE;
            }
            case TAKE -> next = take(state, thread) ? ACT : BRING;
            case ACT -> {
                begin(state, thread);
                done(state, thread, own(state, thread, BEGUN));
                next = LEAVE;
            }
            case LEAVE -> {
                state[HOLDER] = NOBODY;
                next = thread < CALLERS ? LOOK : NEXT;
            }
            // ScopeTasks.add
            case BRING -> {
                begin(state, thread);
                state[QUEUE + state[QUEUED]++] = thread * 10 + own(state, thread, BEGUN);
                next = call(state, thread, LOOK);
            }
            // ScopeTasks.call
            case READ_HOME -> {
                own(state, thread, CALLING, state[HOME]);
                next = CALL;
            }
            case CALL -> {
                state[CALLED + own(state, thread, CALLING) - ENGINE]++;
                next = own(state, thread, THEN);
            }
            // A loop that has been called: ScopeTasks.run
            case NEXT -> {
                if (state[CALLED + thread - ENGINE] == 0) {
                    if (thread == MOVER && state[QUEUED] == 0) {
                        next = BACK_TAKE; // at any time, but it has to be woken for what is queued
                        break;
                    }
                    return false;
                }
                state[CALLED + thread - ENGINE]--;
                next = WHERE;
            }
            case WHERE -> {
                if (state[QUEUED] == 0) {
                    next = NEXT;
                } else {
                    next = state[HOME] == thread ? STILL : call(state, thread, NEXT);
                }
            }
            case STILL -> {
                if (!take(state, thread)) {
                    next = RETRY;
                } else {
                    next = state[HOME] == thread ? RUN : LEFT;
                }
            }
            case RUN -> {
                if (state[QUEUED] == 0) {
                    next = LEFT;
                    break;
                }
                int task = state[QUEUE];
                System.arraycopy(state, QUEUE + 1, state, QUEUE, CALLERS * ACTIONS - 1);
                state[QUEUE + --state[QUEUED]] = 0;
                done(state, task / 10, task % 10);
                next = RUN;
            }
            case LEFT -> {
                state[HOLDER] = NOBODY;
                next = RETRY;
            }
            case RETRY -> {
                if (state[QUEUED] > 0) {
                    state[CALLED + state[HOME] - ENGINE]++;
                }
                next = NEXT;
            }
            // LoopScope.tryMove
            case MOVE_TAKE -> next = take(state, thread) ? MOVE_HOME : OVER;
            case MOVE_HOME -> {
                state[HOME] = MOVER;
                next = MOVE_TELL;
            }
            case MOVE_TELL -> next = state[QUEUED] > 0 ? call(state, thread, MOVE_LEAVE) : MOVE_LEAVE;
            case MOVE_LEAVE -> {
                state[HOLDER] = NOBODY;
                next = NEXT;
            }
            // LoopScope.moveAway
            case BACK_TAKE -> {
                if (!take(state, thread)) {
                    return false; // until the other one has left
                }
                next = BACK_HOME;
            }
            case BACK_HOME -> {
                state[HOME] = ENGINE;
                next = BACK_TELL;
            }
            case BACK_TELL -> next = state[QUEUED] > 0 ? call(state, thread, BACK_LEAVE) : BACK_LEAVE;
            case BACK_LEAVE -> {
                state[HOLDER] = NOBODY;
                next = OVER;
            }
            default -> {
                return false;
            }
        }
        own(state, thread, AT, next);
        visit(state);
        return true;
    }

    private static boolean take(int[] state, int thread) {
        if (state[HOLDER] != NOBODY) {
            return false;
        }
        state[HOLDER] = thread;
        return true;
    }

    private static int call(int[] state, int thread, int then) {
        own(state, thread, THEN, then);
        return READ_HOME;
    }

    private static void begin(int[] state, int caller) {
        own(state, caller, BEGUN, own(state, caller, BEGUN) + 1);
    }

    private static void done(int[] state, int caller, int action) {
        assertEquals(state[DONE + caller] + 1, action, () -> "out of order, or twice: " + Arrays.toString(state));
        state[DONE + caller] = action;
    }
}
