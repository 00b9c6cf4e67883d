package dev.leash.internal.spawn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.SpawnAttributes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which files a name may mean, and in which order they are tried. That execvp(3) does the same is in PathLookupTest. */
@Timeout(60)
class ProgramSearchTest {
    @TempDir
    Path temp;

    private Directory directory = new Directory.Inherited();

    @BeforeEach
    void makeFolders() throws IOException {
        for (String folder : List.of("first", "second", "third")) {
            Files.createDirectory(temp.resolve(folder));
        }
    }

    private String file(String name, String permissions) throws IOException {
        Path file = Files.createFile(temp.resolve(name));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions))
                .toString();
    }

    /** The candidates for {@code program} in a PATH of these folders. */
    private List<String> candidates(String program, String... folders) {
        return candidatesIn(
                String.join(":", Stream.of(folders).map(this::resolved).toList()), program);
    }

    private String resolved(String folder) {
        return folder.isEmpty() ? "" : temp.resolve(folder).toString();
    }

    /** The same; {@code path} is null for none. */
    private List<String> candidatesIn(String path, String program) {
        List<byte[]> entries = path == null ? List.of() : List.of(("PATH=" + path).getBytes(UTF_8));
        SpawnRequest request = new SpawnRequest(
                List.of(program.getBytes(UTF_8)),
                ChildEnvironment.of(entries),
                directory,
                List.of(),
                SpawnAttributes.CLEAN,
                3);
        try (Arena scratch = Arena.ofConfined()) {
            ProgramSearch search = new ProgramSearch(CallState.create(), scratch, request);
            return Stream.iterate(search.next(), Objects::nonNull, found -> search.next())
                    .map(candidate -> new String(candidate, UTF_8))
                    .toList();
        }
    }

    @Test
    void foldersAreSearchedInTheirOrder() throws IOException {
        String first = file("first/program", "rwxr-xr-x");
        String third = file("third/program", "rwxr-xr-x");
        assertEquals(List.of(first, third), candidates("program", "first", "second", "third"));
        assertEquals(List.of(third, first), candidates("program", "third", "first"));
    }

    @Test
    void whatCannotBeExecutedIsTriedLast() throws IOException {
        String denied = file("first/program", "rw-r--r--");
        Files.createDirectory(temp.resolve("second/program"));
        String right = file("third/program", "rwxr-xr-x");
        String folder = temp.resolve("second/program").toString();
        assertEquals(List.of(right, denied, folder), candidates("program", "first", "second", "third"));
    }

    @Test
    void missingFoldersAndFilesAmongTheFoldersArePassedOver() throws IOException {
        file("plain", "rwxr-xr-x");
        String program = file("second/program", "rwxr-xr-x");
        assertEquals(List.of(program), candidates("program", "missing", "plain", "second"));
        assertEquals(List.of(), candidates("program", "missing", "first"));
    }

    @Test
    void aNameWithASlashIsAPathWhateverIsThere() {
        assertEquals(List.of("./program"), candidatesIn("/bin", "./program"));
        assertEquals(List.of("/no/such/program"), candidatesIn("/bin", "/no/such/program"));
    }

    @Test
    void anEmptyNameIsNoFile() {
        assertEquals(List.of(), candidatesIn("/bin:/usr/bin", ""));
    }

    @Test
    void anEmptyElementIsTheDirectoryThatTheChildStartsIn() throws IOException {
        file("second/program", "rwxr-xr-x");
        directory = new Directory.Path(temp.resolve("second").toString().getBytes(UTF_8));
        assertEquals(List.of("./program"), candidates("program", "first", "", "third"));
        assertEquals(List.of("./program"), candidates("program", "first", ""));
        assertEquals(List.of("./program"), candidatesIn("", "program"));
    }

    @Test
    void relativeElementsCountFromTheDirectoryThatTheChildStartsIn() throws IOException {
        file("second/program", "rwxr-xr-x");
        assertEquals(List.of(), candidatesIn("second", "program"), "there is none where this JVM is");
        directory = new Directory.Path(temp.toString().getBytes(UTF_8));
        assertEquals(List.of("second/program"), candidatesIn("second", "program"));
        assertEquals(List.of("./second/program"), candidatesIn("./second", "program"));
    }

    @Test
    void relativeElementsCountFromAnOpenDirectoryToo() throws IOException {
        file("second/program", "rwxr-xr-x");
        CallState state = CallState.create();
        int open = Descriptors.openToRead(state, temp.toString().getBytes(UTF_8));
        try {
            directory = new Directory.Descriptor(open);
            assertEquals(List.of("second/program"), candidatesIn("second", "program"));
        } finally {
            Descriptors.close(state, open);
        }
    }

    @Test
    void withoutAPathTheUsualFoldersAreSearched() {
        assertEquals("/bin/sh", candidatesIn(null, "sh").getFirst());
    }
}
