/** Runs other programs from Java on Linux and keeps them on a leash. */
@SuppressWarnings("requires-automatic") // micrometer is one
module dev.leash {
    // Annotations only: the compiler reads them, nothing loads them.
    requires static org.jspecify;

    // For the command in dev.leash.cli. A user of the library has none of them.
    requires static com.fasterxml.jackson.core;
    requires static me.tongfei.progressbar;

    // For events. An image of one's own may do without; then there are none.
    requires static jdk.jfr;

    // For dev.leash.micrometer, which nobody has to use.
    requires static micrometer.core;

    exports dev.leash;
    exports dev.leash.micrometer;
}
