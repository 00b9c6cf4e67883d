package dev.leash.cli;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * The classes in the file of the command, for a Java that has others of the same names: an application's image, made by
 * jlink, may hold the module dev.leash. Class loaders look there first for each of its packages, of whatever version it is,
 * and most of what they find there may not be used from the class path, where the command itself is.
 */
final class OwnClasses extends URLClassLoader {
    private OwnClasses(URL file) {
        super(new URL[] {file}, ClassLoader.getPlatformClassLoader());
    }

    /** Does what the main class of the class path does. */
    static void runMain(String[] args) {
        // Never closed: it is of use until the JVM halts.
        try {
            URL file = Path.of(System.getProperty("java.class.path")).toUri().toURL();
            Class<?> main = new OwnClasses(file).loadClass(Main.class.getName());
            main.getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (MalformedURLException | ReflectiveOperationException e) {
            throw new IllegalStateException("the file of the command cannot be read", e);
        }
    }

    /** What the file has is taken from there, and not from the parent, which would find the module's. */
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
                    // It is the JDK's.
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
