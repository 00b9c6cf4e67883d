package dev.leash.internal.bindings;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What the bindings consist of: by the list they were generated from, and by the classes themselves. */
final class BindingSymbols {
    /** A line of the list: {@code --include-constant O_CLOEXEC} has kind {@code constant}. */
    record Listed(String kind, String name) {}

    private BindingSymbols() {}

    /** {@code native-headers} of the checkout that is being tested. */
    static Path nativeHeaders() {
        return Path.of(System.getProperty("basedir", ""), "native-headers").toAbsolutePath();
    }

    static List<Listed> listed(String... kinds) {
        try (var lines = Files.lines(nativeHeaders().resolve("symbols"))) {
            return lines.filter(line -> line.startsWith("--include-"))
                    .map(line -> line.substring("--include-".length()).split(" ", 2))
                    .map(words -> new Listed(words[0], words[1]))
                    .filter(symbol -> List.of(kinds).contains(symbol.kind))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("the list of symbols cannot be read", e);
        }
    }

    /** The constants by name. jextract keeps each in a private field that its accessor is named after. */
    static Map<String, Number> constants() {
        var fields = new TreeSet<String>();
        for (var field : Libc.class.getDeclaredFields()) {
            fields.add(field.getName());
        }
        var constants = new TreeMap<String, Number>();
        for (var method : publicMethods(method -> method.getParameterCount() == 0)) {
            if (fields.contains(method.getName())) {
                constants.put(
                        method.getName(),
                        switch (call(method)) {
                            case MemorySegment pointer -> pointer.address();
                            case Number number -> number;
                            case Object other -> throw new AssertionError(method + " gives " + other);
                        });
            }
        }
        return constants;
    }

    /** Where the dynamic linker put each function. jextract gives a variadic function a class of its own. */
    static Map<String, MemorySegment> functionAddresses() {
        var addresses = new TreeMap<String, MemorySegment>();
        for (var method : publicMethods(method -> method.getName().endsWith("$address"))) {
            addresses.put(method.getName().replace("$address", ""), (MemorySegment) call(method));
        }
        for (var variadic : Libc.class.getDeclaredClasses()) {
            if (Modifier.isPublic(variadic.getModifiers())) {
                addresses.put(variadic.getSimpleName(), (MemorySegment) call(method(variadic, "address")));
            }
        }
        return addresses;
    }

    static GroupLayout layoutOf(String typeName) {
        try {
            var type = Class.forName(Libc.class.getPackageName() + "." + typeName);
            return (GroupLayout) call(type.getMethod("layout"));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no layout for " + typeName, e);
        }
    }

    private static List<Method> publicMethods(Predicate<Method> wanted) {
        return Arrays.stream(Libc.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(wanted)
                .toList();
    }

    private static Method method(Class<?> type, String name) {
        try {
            return type.getMethod(name);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static Object call(Method accessor) {
        try {
            return accessor.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(accessor + " failed", e);
        }
    }
}
