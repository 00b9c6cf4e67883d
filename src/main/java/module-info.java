/** Runs other programs from Java on Linux and keeps them on a leash. */
// The command, dev.leash.cli, is compiled with it, and is no part of its jar: so the command's libraries are not named
// here. The compiler reads them from the class path, as the finished command does.
@SuppressWarnings("requires-automatic") // micrometer is one
module dev.leash {
    // Annotations only: the compiler reads them, nothing loads them.
    requires static org.jspecify;

    // For events. An image of one's own may do without; then there are none.
    requires static jdk.jfr;

    // For dev.leash.micrometer, which nobody has to use.
    requires static micrometer.core;

    // For dev.leash.bench, likewise.
    requires static org.apache.commons.statistics.descriptive;
    requires static org.apache.commons.statistics.inference;

    exports dev.leash;
    exports dev.leash.bench;
    exports dev.leash.micrometer;
}
