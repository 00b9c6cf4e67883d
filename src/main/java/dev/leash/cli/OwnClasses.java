package dev.leash.cli;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * Loads classes from the file of the command, for a Java that has others of the same names: a runtime image of an
 * application, made by jlink, may contain the module dev.leash. For the packages of that module, in whatever version,
 * class loaders look there first, and the class path, where the command is, may not use most of what they find.
 */
final class OwnClasses extends URLClassLoader {
    private OwnClasses(URL file) {
        super(new URL[] {file}, ClassLoader.getPlatformClassLoader());
    }

    /** Runs the main class from the class path's file. */
    static void runMain(String[] args) {
        // Never closed: it is needed until the JVM halts.
        try {
            URL file = Path.of(System.getProperty("java.class.path")).toUri().toURL();
            Class<?> main = new OwnClasses(file).loadClass(Main.class.getName());
            main.getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (MalformedURLException | ReflectiveOperationException e) {
            throw new IllegalStateException("the file of the command cannot be read", e);
        }
    }

    /** Takes a class from the file if the file has it; the parent would find the module's. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            if (!name.startsWith("java.")) {
                try {
                    return findClass(name);
                } catch (ClassNotFoundException e) {
                    // The class is the JDK's.
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
