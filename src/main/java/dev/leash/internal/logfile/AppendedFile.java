package dev.leash.internal.logfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that is appended to: with O_APPEND each write goes to the end of the file as it is then, also after
 * another program has truncated it.
 */
final class AppendedFile implements LogTarget {
    private final FileChannel channel;
    private final Path path;
    private final Object key;
    private FileAge age;

    private AppendedFile(FileChannel channel, Path path, Object key, FileAge age) {
        this.channel = channel;
        this.path = path;
        this.key = key;
        this.age = age;
    }

    /** Opens the file, which is made if there is none, in a directory that exists. */
    static AppendedFile open(Path path) throws IOException {
        return opened(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), path);
    }

    /** Makes the successor of this file, which has been moved away; nobody may read it who may not read this one. */
    AppendedFile successor(Path old) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(old);
        FileAttribute<?> same = PosixFilePermissions.asFileAttribute(permissions);
        return opened(FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), same), path);
    }

    private static AppendedFile opened(FileChannel channel, Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Duration old = Duration.between(attributes.creationTime().toInstant(), Instant.now());
            return new AppendedFile(channel, path, attributes.fileKey(), new FileAge(old, System.nanoTime()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether the path still leads to this file, which another program may have moved or removed. */
    boolean isInPlace() throws IOException {
        try {
            return key.equals(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    long size() throws IOException {
        return channel.size();
    }

    boolean isOlderThan(@Nullable Duration most) {
        return most != null && age.exceeds(most, System.nanoTime());
    }

    void truncate() throws IOException {
        FileChannel ignored = channel.truncate(0);
        age = new FileAge(Duration.ZERO, System.nanoTime());
    }

    @Override
    public void write(ByteBuffer bytes, boolean patient) throws IOException {
        int ignored = channel.write(bytes);
    }

    @Override
    public boolean endsWithinLine() {
        // Another channel: this one cannot read, and the file may be one that the JVM may write only.
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return reader.size() > 0 && reader.read(last, reader.size() - 1) == 1 && last.get(0) != '\n';
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is free whatever close(2) returns, and what NFS tells only now was lost long ago.
        }
    }
}
