package dev.leash.support;

/** A filter of system calls, as containers have them: what it forbids fails with EPERM. */
public final class SystemCallFilter {
    private SystemCallFilter() {}

    /**
     * The program and arguments that set it, and execute what follows them. Skips the test where that cannot be done.
     *
     * @param numbers of the calls, with commas between them
     */
    public static String[] denying(String numbers) throws InterruptedException {
        String filter = Children.path("denies");
        Skip.unless(
                Probe.succeeds(filter, numbers, "true"),
                "no filter of system calls can be set here: this needs perl, and seccomp");
        return new String[] {filter, numbers};
    }
}
