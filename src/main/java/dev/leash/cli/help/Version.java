package dev.leash.cli.help;

/** What {@code --version} says. */
public final class Version {
    private Version() {}

    /** From the manifest of the jar behind the launcher. */
    public static String leash() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unknown version)" : version;
    }

    /** Leash, the kernel, the JDK: what a report of a bug should name. */
    public static String text() {
        return "leash " + leash() + "\n"
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + "\n"
                + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
                + System.getProperty("java.home") + ")\n";
    }
}
