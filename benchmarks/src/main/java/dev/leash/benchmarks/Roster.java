package dev.leash.benchmarks;

import dev.leash.benchmarks.WorkerProcess.AbsentException;
import dev.leash.benchmarks.worker.Worker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts the contestants' processes when they are first asked, and knows who cannot take part here, and why. */
final class Roster implements AutoCloseable {
    /** What a worker has around it. */
    enum Setting {
        USUAL,
        /** One mebibyte of environment, which its children inherit. */
        BIG_ENVIRONMENT,
        /** Four gibibytes of live heap. */
        BIG_HEAP,
        /** A JVM whose first moments are what is measured, so it is told nothing that would change them. */
        FRESH
    }

    private record Key(Contestant contestant, Setting setting) {}

    private static final int BIG_HEAP_GIBIBYTES = 4;
    private static final int VARIABLES = 16;
    private static final int VARIABLE_BYTES = 64 * 1024;

    private final Path natives;
    private final Path logs;
    private final Map<Key, WorkerProcess> working = new HashMap<>();

    Roster(Path natives, Path logs) throws IOException {
        this.natives = natives;
        this.logs = Files.createDirectories(logs);
    }

    WorkerProcess worker(Contestant contestant, Setting setting) throws AbsentException {
        Key key = new Key(contestant, setting);
        WorkerProcess worker = working.get(key);
        if (worker == null) {
            worker = start(key);
            working.put(key, worker);
        }
        return worker;
    }

    /** Ends the processes of a setting that is not needed any more. */
    void dismiss(Setting setting) {
        working.keySet().stream()
                .filter(key -> key.setting() == setting)
                .toList()
                .forEach(key -> working.remove(key).close());
    }

    /** Ends one process; it is started anew when it is next asked. */
    void dismiss(Contestant contestant, Setting setting) {
        WorkerProcess worker = working.remove(new Key(contestant, setting));
        if (worker != null) {
            worker.close();
        }
    }

    /** Whether a worker's process has yet to be started. */
    boolean isFresh(Contestant contestant, Setting setting) {
        return !working.containsKey(new Key(contestant, setting));
    }

    private WorkerProcess start(Key key) throws AbsentException {
        Map<String, String> environment = new HashMap<>();
        if (key.setting() == Setting.BIG_ENVIRONMENT) {
            for (int index = 0; index < VARIABLES; index++) {
                environment.put("LEASH_BENCHMARK_" + index, "x".repeat(VARIABLE_BYTES));
            }
        }
        try {
            File log = logs.resolve(key.contestant().id() + "-" + key.setting() + ".log")
                    .toFile();
            return WorkerProcess.start(command(key), environment, log);
        } catch (IOException e) {
            throw new AbsentException(e.getMessage());
        }
    }

    private List<String> command(Key key) throws AbsentException {
        return switch (key.contestant()) {
            case FLOOR -> List.of(program("floor", "no cc here"));
            case RUST -> List.of(program("others-rust", "no rustc here"));
            case GO -> List.of(program("others-go", "no go here"));
            case PYTHON -> List.of("python3", program("others.py", "no python3 here"));
            case COREUTILS, JAVA_VERSION -> throw new AbsentException("a command, which does no work");
            default -> java(key);
        };
    }

    private String program(String name, String otherwise) throws AbsentException {
        Path program = natives.resolve(name);
        if (!Files.exists(program)) {
            throw new AbsentException(otherwise);
        }
        return program.toString();
    }

    private List<String> java(Key key) throws AbsentException {
        List<String> command = new ArrayList<>();
        command.add(Bench.JAVA);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-XX:+UseSerialGC"); // two cores: no collector's threads beside what is measured
        if (key.setting() == Setting.BIG_HEAP) {
            command.add("-Xmx" + (BIG_HEAP_GIBIBYTES * 2 - 1) + "g"); // two thirds of it are for what stays
        } else if (key.setting() != Setting.FRESH) {
            // Of one size and touched at the start, so that what is resident besides is native memory.
            command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"));
        }
        if (key.contestant() == Contestant.JDK_VFORK) {
            command.add("-Djdk.lang.Process.launchMechanism=VFORK");
        }
        command.add("-cp");
        command.add(classPath(key.contestant()));
        command.add(Worker.class.getName());
        command.add(key.contestant().id());
        if (key.setting() == Setting.BIG_HEAP) {
            command.add(Integer.toString(BIG_HEAP_GIBIBYTES));
        }
        return command;
    }

    private String classPath(Contestant contestant) throws AbsentException {
        String usual = System.getProperty("java.class.path");
        if (contestant != Contestant.NUPROCESS_4) {
            return usual;
        }
        // The same classes as version 3: whatever comes first on the class path is it.
        return program("nuprocess4.jar", "version 4 is not to be had from this repository")
                + File.pathSeparator
                + usual;
    }

    @Override
    public void close() {
        working.values().forEach(WorkerProcess::close);
        working.clear();
        endStrays();
    }

    /** A worker that hung and had to be killed may have started one more child just then. */
    private void endStrays() {
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> Path.of(command).startsWith(natives))
                        .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }
}
