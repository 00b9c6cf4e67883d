package dev.leash.cli.help;

/** The text of {@code --version}. */
public final class Version {
    private Version() {}

    /** From the manifest of the jar behind the launcher. */
    public static String leash() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unknown version)" : version;
    }

    /** The versions of Leash, the kernel and the JDK, which a bug report should name. */
    public static String text() {
        return "leash " + leash() + "\n"
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + "\n"
                + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
                + System.getProperty("java.home") + ")\n";
    }
}
