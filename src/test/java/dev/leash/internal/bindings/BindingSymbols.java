package dev.leash.internal.bindings;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            addresses.put(method.getName().replace("$address", ""), address(method));
        }
        for (var variadic : Libc.class.getDeclaredClasses()) {
            if (Modifier.isPublic(variadic.getModifiers())) {
                addresses.put(variadic.getSimpleName(), (MemorySegment) call(method(variadic, "address")));
            }
        }
        return addresses;
    }

    /** NULL if this libc does not have the function. */
    private static MemorySegment address(Method ofFunction) {
        try {
            return (MemorySegment) call(ofFunction);
        } catch (LinkageError e) {
            return MemorySegment.NULL;
        }
    }

    static GroupLayout layoutOf(String typeName) {
        return layoutOf(classOf(typeName));
    }

    /** What the bindings say of where each member is: of a type, and of what is declared in it. */
    static Map<String, Long> offsets(Class<?> type) {
        var offsets = new TreeMap<String, Long>();
        for (var method : type.getDeclaredMethods()) {
            if (method.getName().endsWith("$offset")) {
                offsets.put(method.getName().replace("$offset", ""), (Long) call(method));
            }
        }
        return offsets;
    }

    private static Class<?> classOf(String typeName) {
        try {
            return Class.forName(Libc.class.getPackageName() + "." + typeName);
        } catch (ClassNotFoundException e) {
            throw new LinkageError("no class for " + typeName, e);
        }
    }

    /** The classes that hold the members of a type of C, and of the types that are declared in it. */
    static List<Class<?>> classesOf(String typeName) {
        var classes = new ArrayList<Class<?>>();
        addWithNested(classOf(typeName), classes);
        return classes;
    }

    private static void addWithNested(Class<?> type, List<Class<?>> classes) {
        if (Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("layout"))) {
            classes.add(type);
        }
        for (var nested : type.getDeclaredClasses()) {
            addWithNested(nested, classes);
        }
    }

    static GroupLayout layoutOf(Class<?> type) {
        return (GroupLayout) call(method(type, "layout"));
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
