package dev.leash.cli.bench;

import dev.leash.bench.BenchReport;
import dev.leash.cli.caller.CallersFile;
import dev.leash.cli.io.Console;
import dev.leash.cli.io.RawText;
import dev.leash.internal.sys.CallState;
import dev.leash.internal.sys.Descriptors;
import dev.leash.internal.sys.OpenFlags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that the results are written to. They are opened before anything is measured, and keep what is in them until
 * there are results. For one thread.
 */
final class BenchExports {
    private static final String WHAT = "the results";

    private final CallState state;
    private final List<Export> exports = new ArrayList<>();

    private interface Form {
        byte[] of(BenchReport report) throws IOException;
    }

    private record Export(String name, int fd, Form form) {}

    private BenchExports(CallState state) {
        this.state = state;
    }

    static BenchExports open(CallState state, BenchOptions options) throws IOException {
        BenchExports exports = new BenchExports(state);
        BenchOptions.Files files = options.files();
        exports.add(files.json(), BenchJson::hyperfine);
        exports.add(files.csv(), BenchText::csv);
        exports.add(files.markdown(), BenchText::markdown);
        exports.add(files.raw(), BenchJson::raw);
        exports.add(files.html(), report -> BenchPage.of(report, options));
        return exports;
    }

    private void add(@Nullable String name, Form form) throws IOException {
        if (name == null) {
            return;
        }
        int fd = CallersFile.open(state, name, OpenFlags.CREATE, WHAT);
        for (Export other : exports) {
            if (CallersFile.isOne(CallersFile.opened(fd), CallersFile.opened(other.fd()))) {
                Descriptors.close(state, fd);
                throw new IOException("two exports have the same file, " + RawText.text(name));
            }
        }
        exports.add(new Export(name, fd, form));
    }

    /** Writes all that can be written. */
    void write(BenchReport report) throws IOException {
        IOException failure = null;
        for (Export export : exports) {
            try {
                byte[] text = export.form().of(report);
                CallersFile.empty(state, export.name(), export.fd());
                Console.to(export.fd()).write(text);
            } catch (IOException e) {
                IOException failed = CallersFile.failed("write", WHAT, export.name(), e);
                if (failure == null) {
                    failure = failed;
                } else {
                    failure.addSuppressed(failed);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    void close() {
        exports.forEach(export -> Descriptors.close(state, export.fd()));
        exports.clear();
    }
}
