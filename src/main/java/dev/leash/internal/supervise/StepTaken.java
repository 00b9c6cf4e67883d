package dev.leash.internal.supervise;

/** A signal that was sent to a run, and when, counted from its start. */
public record StepTaken(int signal, long afterNanos) {}
