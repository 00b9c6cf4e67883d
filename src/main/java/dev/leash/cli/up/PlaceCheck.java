package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether the directories are there that services of a file run in and log to, and sockets have paths that can be asked.
 * For a check only: when it runs, each start looks again. What another service, after which it is started, may make is
 * not looked for.
 */
final class PlaceCheck {
    /** The JDK connects to no longer one: two bytes less than the kernel's {@code sun_path}. */
    private static final int LONGEST_SOCKET = 106;

    private final String folder;

    /** @param folder of the file, empty for the current one */
    PlaceCheck(String folder) {
        this.folder = folder;
    }

    void check(UpService service, TomlKeys keys) {
        boolean isFirst = service.after().isEmpty() && service.afterSuccess().isEmpty();
        directory(service, keys, isFirst);
        log(service, keys, isFirst);
        if (service.ready() instanceof ReadyRule.Probed probed) {
            socket(probed.probe(), keys, "ready");
        }
        if (service.liveness() != null) {
            socket(service.liveness(), keys, "liveness");
        }
    }

    private void directory(UpService service, TomlKeys keys, boolean isFirst) {
        String raw = service.directory();
        Path path = raw == null ? null : path(raw);
        if (path == null) {
            return;
        }
        if (isFirst && Files.notExists(path)) {
            keys.wrong("directory", "there is no " + path + "; make it");
        } else if (Files.exists(path) && !Files.isDirectory(path)) {
            keys.wrong("directory", path + " is no directory");
        }
    }

    private void log(UpService service, TomlKeys keys, boolean isFirst) {
        UpService.LogRule log = service.log();
        Path path = log == null || log.file().isEmpty() ? null : path(log.file());
        if (path == null) {
            return;
        }
        Path parent = path.getParent(); // null: it is the current directory
        if (Files.isDirectory(path)) {
            wrong(keys, "log", "file", path + " is a directory; name a file in it");
        } else if (parent != null && isFirst && Files.notExists(parent)) {
            wrong(keys, "log", "file", "there is no directory " + parent + ", and leash makes none; make it");
        } else if (parent != null && Files.exists(parent) && !Files.isDirectory(parent)) {
            wrong(keys, "log", "file", parent + " is no directory");
        }
    }

    private void socket(ProbeRule probe, TomlKeys keys, String key) {
        if (probe.question() instanceof ProbeRule.Unix unix) {
            int length = RawText.bytes(UpFile.resolve(folder, unix.path())).length;
            if (length > LONGEST_SOCKET) {
                wrong(
                        keys,
                        key,
                        "unix",
                        "the path of a socket has at most " + LONGEST_SOCKET
                                + " bytes, this one, from where leash runs, " + length);
            }
        }
    }

    /** About the inner key if the value is a table. */
    private static void wrong(TomlKeys keys, String key, String inner, String what) {
        TomlKeys table = keys.value(key) instanceof String ? null : keys.table(key);
        if (table == null) {
            keys.wrong(key, what);
        } else {
            table.wrong(inner, what);
        }
    }

    /** Null if this locale has none. */
    private @Nullable Path path(String raw) {
        try {
            return Path.of(RawText.text(UpFile.resolve(folder, raw)));
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
