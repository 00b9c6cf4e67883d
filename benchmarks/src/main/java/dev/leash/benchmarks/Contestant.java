package dev.leash.benchmarks;

import java.awt.Color;
import java.util.List;

/** Who is measured, in the order and in the colours of every table and chart. */
public enum Contestant {
    FLOOR("floor", "C floor", 0x6b7280),
    LEASH("leash", "Leash", 0x2563eb),
    LEASH_STREAM("leash-stream", "Leash, as a stream", 0x7ca6f8),
    JDK("jdk", "java.lang.Process", 0xd97706),
    JDK_VFORK("jdk-vfork", "java.lang.Process, VFORK", 0xf2b25c),
    NUPROCESS_3("nuprocess3", "NuProcess 3", 0x9d3c72),
    NUPROCESS_4("nuprocess4", "NuProcess 4", 0xc983ab),
    ZT_EXEC("zt-exec", "zt-exec", 0x4d7c0f),
    COMMONS_EXEC("commons-exec", "commons-exec", 0x8fb04f),
    RUST("rust", "Rust", 0xb7410e),
    GO("go", "Go", 0x0891b2),
    PYTHON("python", "Python", 0x3d7a6c),
    COREUTILS("coreutils", "coreutils", 0x57534e),
    JAVA_VERSION("java-version", "`java -version`", 0xa16207);

    /** The libraries for Java. */
    public static final List<Contestant> JAVA =
            List.of(LEASH, JDK, JDK_VFORK, NUPROCESS_3, NUPROCESS_4, ZT_EXEC, COMMONS_EXEC);

    /** Those, and the floor. */
    public static final List<Contestant> LIBRARIES =
            List.of(FLOOR, LEASH, JDK, JDK_VFORK, NUPROCESS_3, NUPROCESS_4, ZT_EXEC, COMMONS_EXEC);

    /** Those, and the standard libraries of other languages. */
    public static final List<Contestant> ALL =
            List.of(FLOOR, LEASH, JDK, JDK_VFORK, NUPROCESS_3, NUPROCESS_4, ZT_EXEC, COMMONS_EXEC, RUST, GO, PYTHON);

    private final String id;
    private final String title;
    private final Color color;

    Contestant(String id, String title, int color) {
        this.id = id;
        this.title = title;
        this.color = new Color(color);
    }

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    public Color color() {
        return color;
    }

    /** Whether it works in a JVM, in {@code worker.Worker}. */
    public boolean isJava() {
        return switch (this) {
            case FLOOR, RUST, GO, PYTHON, COREUTILS, JAVA_VERSION -> false;
            default -> true;
        };
    }
}
