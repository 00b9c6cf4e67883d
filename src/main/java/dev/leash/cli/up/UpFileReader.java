package dev.leash.cli.up;

import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.caller.CallersPath;
import dev.leash.cli.control.ServiceFiles;
import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.Errno;
import dev.leash.internal.sys.OpenFlags;
import dev.leash.internal.sys.SystemCallException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds and reads a file of services. */
public final class UpFileReader {
    private static final String WHAT = "the file of services";

    /** More than any file that somebody has written. */
    private static final int LONGEST = 16 << 20;

    private UpFileReader() {}

    /**
     * The file to read: {@code given}, or the usual one of the current directory.
     *
     * @throws UsageException if there is none
     */
    static String find(@Nullable String given) throws UsageException {
        if (given != null) {
            return given;
        }
        for (String usual : ServiceFiles.USUAL) {
            if (Files.exists(Path.of(usual))) {
                return usual;
            }
        }
        throw new UsageException("there is neither " + ServiceFiles.TOML + " nor " + ServiceFiles.PROCFILE
                + " in this directory: name a FILE; try 'leash up --help'");
    }

    /**
     * Reads a file.
     *
     * @param file {@link RawText}; its name tells its form: {@code .toml} or else a Procfile
     * @throws BadFileException with all that is wrong in it
     */
    public static UpFile read(String file) throws IOException, BadFileException {
        return read(file, content(file, WHAT), false);
    }

    /** The same, also with what is wrong with the directories and sockets that it names. */
    static UpFile check(String file) throws IOException, BadFileException {
        return read(file, content(file, WHAT), true);
    }

    private static UpFile read(String file, byte[] content, boolean checked) throws BadFileException {
        String directory = UpFile.directoryOf(file);
        Problems problems = new Problems(RawText.text(file));
        UpFile read;
        if (!file.endsWith(".toml")) {
            read = procfile(directory, content, problems);
        } else {
            read = checked
                    ? TomlReader.check(directory, content, problems)
                    : TomlReader.read(directory, content, problems);
        }
        problems.requireNone();
        return read;
    }

    private static UpFile procfile(String directory, byte[] content, Problems problems) {
        List<UpService> services = ProcfileReader.read(content, problems);
        return new UpFile(directory, variables(directory, problems), UpFile.Strategy.ONE_FOR_ONE, services);
    }

    /** Beside a Procfile there may be a file of variables. */
    private static Map<String, String> variables(String directory, Problems problems) {
        String path = UpFile.resolve(directory, ".env");
        CallState state = CallState.create();
        int fd = Descriptors.openAtOnce(state, RawText.bytes(path), OpenFlags.READ);
        if (fd == -Errno.ENOENT) {
            return Map.of();
        }
        Descriptors.closeIfOpen(state, fd);
        try {
            return EnvFileReader.read(content(path, "the file of variables"), problems.in(RawText.text(path)));
        } catch (IOException e) {
            problems.in(RawText.text(path)).add(1, "", String.valueOf(e.getMessage()));
            return Map.of();
        }
    }

    /** @param what the file is, for the message */
    static byte[] content(String path, String what) throws IOException {
        CallState state = CallState.create();
        boolean isCallers = CallersPath.descriptor(path) >= 0;
        // At once: a reload must not wait for somebody who writes into a FIFO.
        int fd = isCallers
                ? CallersFile.open(state, path, OpenFlags.READ, what)
                : Descriptors.openAtOnce(state, RawText.bytes(path), OpenFlags.READ);
        if (fd < 0) {
            throw CallersFile.failed("open", what, path, new SystemCallException("open", -fd));
        }
        if (!isCallers && Descriptors.isPipe(state, fd)) {
            Descriptors.close(state, fd);
            String why = "it is a FIFO, which cannot be read again: use a file, or /dev/stdin";
            throw CallersFile.failed("read", what, path, new IOException(why));
        }
        try (FileInputStream in = new FileInputStream("/proc/self/fd/" + fd)) {
            byte[] content = in.readNBytes(LONGEST + 1);
            if (content.length > LONGEST) {
                throw new IOException("it has more than " + LONGEST + " bytes");
            }
            return content;
        } catch (IOException e) {
            String why = Files.isDirectory(Path.of("/proc/self/fd/" + fd)) ? "it is a directory" : e.getMessage();
            throw CallersFile.failed("read", what, path, new IOException(why));
        } finally {
            Descriptors.close(state, fd);
        }
    }
}
