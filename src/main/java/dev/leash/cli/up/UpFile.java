package dev.leash.cli.up;

import java.util.List;
import java.util.Map;

/**
 * A file of services, whatever its form.
 *
 * @param directory the folder of the file, where services run and what paths are relative to; empty for the current
 *     one
 * @param environment for all services; its PORT is the first port
 * @param services in the order of the file, on which their ports depend
 */
public record UpFile(String directory, Map<String, String> environment, Strategy strategy, List<UpService> services) {
    /** What else is restarted with a service that has ended, as in OTP. */
    public enum Strategy {
        ONE_FOR_ONE,
        ONE_FOR_ALL,
        REST_FOR_ONE
    }

    /** {@code path}, as it is in the file, for this process. */
    public String resolve(String path) {
        return resolve(directory, path);
    }

    static String resolve(String directory, String path) {
        return directory.isEmpty() || path.startsWith("/")
                ? path
                : directory + (directory.endsWith("/") ? "" : "/") + path;
    }

    /** The folder of a file; empty for the current one. */
    static String directoryOf(String file) {
        int slash = file.lastIndexOf('/');
        return slash < 0 ? "" : slash == 0 ? "/" : file.substring(0, slash);
    }
}
