package dev.leash.internal.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.leash.support.Patience;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Asks a C compiler, usually the system's. Questions are C expressions; a generated program, which includes the headers that the
 * bindings were generated from, prints the value of each.
 */
final class CProbe {
    private final List<String> compiler;
    private final List<String> expressions = new ArrayList<>();
    private final TreeSet<String> members = new TreeSet<>();

    CProbe() {
        this("cc");
    }

    /** @param compiler the command, with its options */
    CProbe(String... compiler) {
        this.compiler = List.of(compiler);
    }

    /** Whether there is a compiler. A test without one has nothing to compare with. */
    static boolean compilerIsThere() throws IOException, InterruptedException {
        return isThere("cc");
    }

    static boolean isThere(String command) throws IOException, InterruptedException {
        return run(List.of("sh", "-c", "command -v " + command)).exitCode == 0;
    }

    void askAll(Collection<String> all) {
        expressions.addAll(all);
    }

    /** Asks about the type as a whole and, recursively, about each member that has a name in C. */
    Map<String, Long> askAboutType(String type, GroupLayout layout) {
        var expected = new TreeMap<String, Long>();
        expected.put("sizeof(" + type + ")", layout.byteSize());
        expected.put("_Alignof(" + type + ")", layout.byteAlignment());
        addMembers(type, "", 0, layout, expected);
        askAll(expected.keySet());
        return expected;
    }

    private void addMembers(String type, String prefix, long base, GroupLayout group, Map<String, Long> expected) {
        long end = 0;
        for (MemoryLayout member : group.memberLayouts()) {
            long offset = base + end;
            if (group instanceof StructLayout) {
                end += member.byteSize();
            }
            String name = member.name().orElse("");
            if (name.startsWith("$anon$")) { // jextract's name for what C leaves without one
                addMembers(type, prefix, offset, (GroupLayout) member, expected);
            } else if (!name.isEmpty() && !isPadding(name)) {
                String path = prefix + name;
                members.add(name);
                expected.put("offsetof(" + type + ", " + path + ")", offset);
                if (member.byteSize() > 0) { // else an array of any length, at the end
                    expected.put("sizeof(((" + type + " *) 0)->" + path + ")", member.byteSize());
                }
                if (member instanceof SequenceLayout array) {
                    expected.put(
                            "sizeof(((" + type + " *) 0)->" + path + "[0])",
                            array.elementLayout().byteSize());
                } else if (member instanceof GroupLayout inner) {
                    addMembers(type, path + ".", offset, inner, expected);
                }
            }
        }
    }

    /**
     * Nothing reads it. Each C library has its own names for it, and the kernel makes members with names of what it holds in
     * reserve: of that of struct statx from 6.10 on. Padding of jextract's own has no name.
     */
    private static boolean isPadding(String name) {
        return name.startsWith("__pad")
                || name.startsWith("__glibc_reserved")
                || name.startsWith("__spare")
                || name.startsWith("__reserved");
    }

    /** Compiles and runs the program. */
    Map<String, Long> answers(Path directory) throws IOException, InterruptedException {
        var source = new StringBuilder("#include \"linux.h\"\n#include <stddef.h>\n#include <stdio.h>\n");
        // A macro of the same name, like si_pid, would stand for a path from another struct.
        for (String member : members) {
            source.append("#undef ").append(member).append('\n');
        }
        source.append("int main(void) {\n");
        for (int i = 0; i < expressions.size(); i++) {
            source.append("printf(\"%d %lld\\n\", ").append(i).append(", (long long) (");
            source.append(expressions.get(i)).append("));\n");
        }
        source.append("return 0;\n}\n");

        var answers = new TreeMap<String, Long>();
        for (String line : output(source.toString(), directory).lines().toList()) {
            String[] words = line.split(" ", 2);
            answers.put(expressions.get(Integer.parseInt(words[0])), Long.valueOf(words[1]));
        }
        return answers;
    }

    /** Compiles and runs a program, and returns what it prints. */
    String output(String source, Path directory) throws IOException, InterruptedException {
        Path program = directory.resolve("probe");
        Path sourceFile = Files.writeString(directory.resolve("probe.c"), source);
        List<String> command = new ArrayList<>(compiler);
        command.addAll(List.of("-I", BindingSymbols.nativeHeaders().toString()));
        command.addAll(List.of("-o", program.toString(), sourceFile.toString()));
        Output compilation = run(command);
        assertEquals(0, compilation.exitCode, () -> command + ": " + compilation.text);
        Output probe = run(List.of(program.toString()));
        assertEquals(0, probe.exitCode, () -> "the probe: " + probe.text);
        return probe.text;
    }

    record Output(int exitCode, String text) {}

    static Output run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " closed its output and does not end");
        }
        return new Output(process.exitValue(), text);
    }
}
