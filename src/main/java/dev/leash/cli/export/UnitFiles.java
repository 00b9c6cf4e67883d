package dev.leash.cli.export;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.UsageException;
import dev.leash.internal.sys.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes units into a folder: all of them or none. Each is a new file that takes the place of an old one when all are
 * written; an old one has to be leash's own.
 */
final class UnitFiles {
    private static final String NEW = ".leash-new";

    private final Path folder;
    private final List<Unit> units;

    UnitFiles(Path folder, List<Unit> units) {
        this.folder = folder;
        this.units = units;
    }

    /**
     * The paths of the units.
     *
     * @throws UsageException if there is a file of such a name that is not leash's
     * @throws IOException with a sentence that names the file and the errno
     */
    List<Path> write() throws IOException, UsageException {
        Path at = folder;
        List<Path> made = new ArrayList<>();
        Map<Path, byte[]> before = new LinkedHashMap<>();
        try {
            Files.createDirectories(folder);
            for (Unit unit : units) {
                at = folder.resolve(unit.name());
                refuseStranger(at);
            }
            for (Unit unit : units) {
                at = folder.resolve("." + unit.name() + NEW);
                made.add(at);
                store(at, RawText.bytes(unit.text()));
            }
            List<Path> written = new ArrayList<>();
            for (Unit unit : units) {
                at = folder.resolve(unit.name());
                byte[] old = Files.exists(at) ? Files.readAllBytes(at) : new byte[0];
                Files.move(folder.resolve("." + unit.name() + NEW), at, StandardCopyOption.ATOMIC_MOVE);
                before.put(at, old);
                written.add(at);
            }
            return written;
        } catch (IOException e) {
            undo(made, before);
            throw new IOException("cannot write the unit " + at + ": " + FileErrors.text(e), e);
        }
    }

    private static void undo(List<Path> made, Map<Path, byte[]> before) {
        for (Path one : made) {
            try {
                Files.deleteIfExists(one);
            } catch (IOException e) {
                // It has a name that systemd does not read.
            }
        }
        before.forEach((path, old) -> {
            try {
                if (old.length == 0) {
                    Files.delete(path);
                } else {
                    store(path, old);
                }
            } catch (IOException e) {
                // What could not be written is what is told.
            }
        });
    }

    /** Not through a link that somebody has put there: all who may write in the folder know the name. */
    private static void store(Path path, byte[] content) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            boolean ignored = Files.deleteIfExists(path);
        }
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                int ignored = file.write(left);
            }
            file.force(true);
        }
    }

    private void refuseStranger(Path path) throws IOException, UsageException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        String first = firstLine(path);
        if (!mark().equals(first)) {
            String whose = first == null
                    ? "that leash has not written"
                    : "of another file of services (" + first.substring(1).strip() + ")";
            throw new UsageException("there is a " + path + " " + whose
                    + ": remove it, or choose other names with --name; nothing was written");
        }
    }

    /** The first line of each unit, which tells the file that it was made of. */
    private String mark() {
        String text = units.getLast().text();
        return text.substring(0, text.indexOf('\n'));
    }

    /** What tells the file that a unit was made of; null if it is no unit of leash. */
    private static @Nullable String firstLine(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        return end >= 0 && text.startsWith(UnitDraft.MARK) ? text.substring(0, end) : null;
    }

    /** Units of the same file that are there and are not written any more, by name. */
    List<Path> leftovers() throws IOException {
        Set<String> names = units.stream().map(Unit::name).collect(Collectors.toSet());
        String mark = mark();
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{service,target}")) {
            for (Path file : files) {
                if (!names.contains(String.valueOf(file.getFileName())) && mark.equals(firstLine(file))) {
                    left.add(file);
                }
            }
        }
        left.sort(null);
        return left;
    }
}
