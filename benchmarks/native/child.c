/* What the children of the benchmarks do. Static, so that none of it is the loader's time. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void write_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(1, bytes, count);
        if (written <= 0) _exit(1);
        bytes += written;
        count -= written;
    }
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "pause") == 0) {
        for (;;) pause();
    }
    if (strcmp(what, "onterm") == 0) { /* tells when TERM came, on CLOCK_MONOTONIC in nanoseconds */
        sigset_t term;
        int signal;
        struct timespec now;
        char text[32];
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        sigprocmask(SIG_BLOCK, &term, NULL);
        sigwait(&term, &signal);
        clock_gettime(CLOCK_MONOTONIC, &now);
        write_all(text, snprintf(text, sizeof text, "%lld", now.tv_sec * 1000000000LL + now.tv_nsec));
        return 0;
    }
    if (strcmp(what, "write") == 0 && argc > 3) { /* write BYTES BLOCK; 0 bytes: for ever */
        long long left = atoll(argv[2]);
        size_t block = atoll(argv[3]);
        int forever = left == 0;
        char *bytes = malloc(block);
        memset(bytes, 'x', block);
        while (forever || left > 0) {
            write_all(bytes, forever || left > (long long)block ? block : (size_t)left);
            left -= block;
        }
        return 0;
    }
    if (strcmp(what, "lines") == 0 && argc > 2) { /* lines COUNT, of 80 bytes each */
        enum { LINE = 80, BATCH = 800 };
        static char lines[LINE * BATCH];
        memset(lines, 'x', sizeof lines);
        for (int line = 1; line <= BATCH; line++) lines[line * LINE - 1] = '\n';
        for (long left = atol(argv[2]); left > 0; left -= BATCH) {
            write_all(lines, LINE * (size_t)(left < BATCH ? left : BATCH));
        }
        return 0;
    }
    fprintf(stderr, "child pause|onterm|write BYTES BLOCK|lines COUNT\n");
    return 2;
}
