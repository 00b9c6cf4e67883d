/*
 * The floor: the same work as the others do, in straight C on the same system calls (posix_spawn, pidfd, epoll, timerfd),
 * in one thread and with no guarantee beyond it. What it needs, nobody can do without.
 *
 * It speaks the protocol of the workers: a line `WORK ARGUMENT…` on standard input, a line `ok NUMBER…` on standard output,
 * or `cannot REASON`. Times are nanoseconds on its own CLOCK_MONOTONIC. `times COUNT WORK ARGUMENT…` is COUNT such orders in
 * one: with 0 for their time in milliseconds they give a number each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024, BATCH = 256, USUAL_PIPE = 64 * 1024, LARGEST_PIPE = 1024 * 1024, FULL_READS_TO_GROW = 8 };
enum { STDIN = 1, STDOUT = 2, STDERR = 4 }; /* which streams are pipes; the others are /dev/null */

/* What an event is about, beside the descriptor in the lower half of its data. */
enum kind { EXIT = 1, OUTPUT, INPUT, TIMER, FLOOD, IDLE };

struct loop {
    int epoll;
    int timer;
    char *buffer;
};

struct child {
    pid_t pid;
    int pidfd, in, out, err;
};

extern char **environ;
static posix_spawnattr_t clean;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
    printf(" error %s: %s\n", what, strerror(errno));
    exit(1);
}

static void watch(struct loop *loop, int fd, enum kind kind, unsigned events) {
    struct epoll_event event = {.events = events, .data.u64 = (unsigned long long)kind << 32 | (unsigned)fd};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

/*
 * Closing is not enough: between its fork and its exec another thread's child has duplicates, which keep a registration
 * alive; its events would then be taken for those of whoever has the number by now.
 */
static void leave(struct loop *loop, int fd) {
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
    close(fd);
}

static void open_loop(struct loop *loop) {
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    loop->buffer = malloc(BUFFER);
    watch(loop, loop->timer, TIMER, EPOLLIN);
}

static void close_loop(struct loop *loop) {
    close(loop->epoll);
    close(loop->timer);
    free(loop->buffer);
}

static int make_pipe(int own, int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe2");
    fcntl(ends[own], F_SETFL, O_NONBLOCK);
    return ends[own];
}

static void start(struct child *child, char **argv, int pipes) {
    posix_spawn_file_actions_t actions;
    int in[2], out[2], err[2];
    child->in = child->out = child->err = -1;
    posix_spawn_file_actions_init(&actions);
    if (pipes & STDIN) {
        child->in = make_pipe(1, in);
        posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    }
    if (pipes & STDOUT) {
        child->out = make_pipe(0, out);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    } else {
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    }
    if (pipes & STDERR) {
        child->err = make_pipe(0, err);
        posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    } else {
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    errno = posix_spawn(&child->pid, argv[0], &actions, &clean, argv, environ);
    if (errno != 0) fail(argv[0]);
    posix_spawn_file_actions_destroy(&actions);
    if (pipes & STDIN) close(in[0]);
    if (pipes & STDOUT) close(out[1]);
    if (pipes & STDERR) close(err[1]);
    child->pidfd = syscall(SYS_pidfd_open, child->pid, 0);
    if (child->pidfd < 0) fail("pidfd_open");
}

struct reading {
    long long bytes, lines; /* what came of all children */
    char text[64];          /* the first of it */
    int count_lines;
    const char *input; /* what a child with a pipe for input gets */
    long long input_left;
    int full_reads;
};

/* From here on the loop is told what becomes of a child. The number of events without which it is not over. */
static int expect(struct loop *loop, struct child *child) {
    int left = 1;
    watch(loop, child->pidfd, EXIT, EPOLLIN);
    if (child->out >= 0) watch(loop, child->out, OUTPUT, EPOLLIN), left++;
    if (child->err >= 0) watch(loop, child->err, OUTPUT, EPOLLIN), left++;
    if (child->in >= 0) watch(loop, child->in, INPUT, EPOLLOUT);
    return left;
}

/* Looks after the children, of which `left` events are expected, until all have exited and their pipes are at their ends. */
static void finish(struct loop *loop, struct child *children, int count, int left, long long deadline, int signal,
                   struct reading *reading) {
    struct epoll_event events[BATCH];
    if (deadline != 0) {
        struct itimerspec time = {.it_value = {deadline / 1000000000LL, deadline % 1000000000LL}};
        timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &time, NULL);
    }
    while (left > 0) {
        int ready = epoll_wait(loop->epoll, events, BATCH, -1);
        for (int index = 0; index < ready; index++) {
            int fd = (int)events[index].data.u64;
            ssize_t got;
            switch (events[index].data.u64 >> 32) {
                case EXIT:
                    for (int other = 0; other < count; other++) {
                        if (children[other].pidfd == fd) {
                            struct rusage usage;
                            int status;
                            wait4(children[other].pid, &status, WNOHANG, &usage);
                            children[other].pidfd = -1;
                            break;
                        }
                    }
                    leave(loop, fd);
                    left--;
                    break;
                case OUTPUT:
                    got = read(fd, loop->buffer, BUFFER);
                    if (got > 0) {
                        if (reading->bytes == 0) {
                            memcpy(reading->text, loop->buffer, got < 63 ? got : 63);
                        }
                        reading->bytes += got;
                        if (reading->count_lines) {
                            char *at = loop->buffer, *end = loop->buffer + got;
                            while ((at = memchr(at, '\n', end - at)) != NULL) at++, reading->lines++;
                        }
                        /* As Leash does it, so that both read from a pipe of the same size. */
                        if (got < USUAL_PIPE) {
                            reading->full_reads = 0;
                        } else if (++reading->full_reads == FULL_READS_TO_GROW) {
                            fcntl(fd, F_SETPIPE_SZ, LARGEST_PIPE);
                        }
                    } else if (got == 0) {
                        leave(loop, fd);
                        left--;
                    }
                    break;
                case INPUT:
                    got = write(fd, reading->input, reading->input_left < BUFFER ? reading->input_left : BUFFER);
                    if (got > 0) reading->input += got, reading->input_left -= got;
                    if (reading->input_left == 0 || (got < 0 && errno == EPIPE)) leave(loop, fd);
                    break;
                case TIMER:
                    if (read(fd, loop->buffer, 8) == 8) {
                        for (int other = 0; other < count; other++) kill(-children[other].pid, signal);
                    }
                    break;
                case FLOOD:
                    got = read(fd, loop->buffer, BUFFER);
                    break;
            }
        }
    }
    if (deadline != 0) {
        struct itimerspec never = {0};
        timerfd_settime(loop->timer, 0, &never, NULL);
    }
}

static void attend(struct loop *loop, struct child *children, int count, long long deadline, int signal, struct reading *reading) {
    int left = 0;
    for (int index = 0; index < count; index++) left += expect(loop, &children[index]);
    finish(loop, children, count, left, deadline, signal, reading);
}

static void round_trip(struct loop *loop, char **argv) {
    struct child child;
    struct reading reading = {0};
    start(&child, argv, STDOUT | STDERR);
    attend(loop, &child, 1, 0, 0, &reading);
}

static void tell(long long value) { printf(" %lld", value); }

/* ---- Many at once. */

static struct child held[1 << 16];
static int holding;

static void hold(struct loop *loop, int count, char **argv, int pipes) {
    for (; count > 0 && holding < 1 << 16; count--) {
        struct child *child = &held[holding++];
        start(child, argv, pipes);
        watch(loop, child->pidfd, IDLE, EPOLLIN | EPOLLET);
        if (child->out >= 0) watch(loop, child->out, FLOOD, EPOLLIN);
    }
}

static void release(void) {
    for (int index = 0; index < holding; index++) kill(held[index].pid, SIGKILL);
    for (int index = 0; index < holding; index++) {
        waitpid(held[index].pid, NULL, 0);
        close(held[index].pidfd);
        if (held[index].out >= 0) close(held[index].out);
    }
    holding = 0;
}

/* ---- Several threads, each with a loop of its own. */

static atomic_long tickets;
static char **shared_argv;

static void *call(void *unused) {
    struct loop loop;
    open_loop(&loop);
    while (atomic_fetch_sub(&tickets, 1) > 0) round_trip(&loop, shared_argv);
    close_loop(&loop);
    return unused;
}

static long long throughput(int callers, long runs, char **argv) {
    pthread_t threads[64];
    shared_argv = argv;
    atomic_store(&tickets, runs);
    long long begin = now();
    for (int index = 0; index < callers; index++) pthread_create(&threads[index], NULL, call, NULL);
    for (int index = 0; index < callers; index++) pthread_join(threads[index], NULL);
    return now() - begin;
}

static long long cpu(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long resident(void) {
    long long total = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%lld %lld", &total, &pages) != 2) pages = 0;
    if (file != NULL) fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void work(struct loop *loop, char *name, char **argv) {
    struct child child;
    struct reading reading = {0};
    long long until = argv[0] == NULL ? 0 : now() + atoll(argv[0]) * 1000000LL;
    if (strcmp(name, "idle") == 0) { /* MILLIS */
        usleep(atol(argv[0]) * 1000);
    } else if (strcmp(name, "roundtrip") == 0) { /* MILLIS PROGRAM… */
        do {
            long long begin = now();
            round_trip(loop, argv + 1);
            tell(now() - begin);
        } while (now() < until);
    } else if (strcmp(name, "spawn") == 0) { /* MILLIS PROGRAM… */
        do {
            long long begin = now();
            start(&child, argv + 1, STDOUT | STDERR);
            tell(now() - begin);
            attend(loop, &child, 1, 0, 0, &reading);
        } while (now() < until);
    } else if (strcmp(name, "kill-thread") == 0) { /* MILLIS PROGRAM… */
        do {
            start(&child, argv + 1, STDOUT | STDERR);
            /* Before the kill, as whoever waits does it. */
            int left = expect(loop, &child);
            usleep(2000);
            long long begin = now();
            kill(-child.pid, SIGKILL);
            finish(loop, &child, 1, left, 0, 0, &reading);
            tell(now() - begin);
        } while (now() < until);
    } else if (strcmp(name, "deadline-signal") == 0 || strcmp(name, "deadline-death") == 0) { /* MILLIS TIMEOUT-MILLIS PROGRAM… */
        int to_death = strcmp(name, "deadline-death") == 0;
        do {
            struct reading answer = {0};
            long long deadline = now() + atoll(argv[1]) * 1000000LL;
            start(&child, argv + 2, STDOUT | STDERR);
            attend(loop, &child, 1, deadline, to_death ? SIGKILL : SIGTERM, &answer);
            if (to_death) {
                tell(now() - deadline);
            } else if (answer.bytes > 0) {
                tell(atoll(answer.text) - deadline);
            }
        } while (now() < until);
    } else if (strcmp(name, "held") == 0) { /* TIMEOUT-MILLIS PROGRAM… */
        long long begin = now();
        start(&child, argv + 1, STDOUT | STDERR);
        attend(loop, &child, 1, until, SIGKILL, &reading);
        tell(now() - begin);
    } else if (strcmp(name, "output") == 0) { /* MILLIS CHILDREN PROGRAM… */
        int count = atoi(argv[1]);
        struct child *children = calloc(count, sizeof *children);
        do {
            long long begin = now();
            memset(&reading, 0, sizeof reading);
            for (int index = 0; index < count; index++) start(&children[index], argv + 2, STDOUT | STDERR);
            attend(loop, children, count, 0, 0, &reading);
            tell(now() - begin);
        } while (now() < until);
        free(children);
    } else if (strcmp(name, "lines") == 0) { /* MILLIS PROGRAM… */
        do {
            long long begin = now();
            memset(&reading, 0, sizeof reading);
            reading.count_lines = 1;
            start(&child, argv + 1, STDOUT | STDERR);
            attend(loop, &child, 1, 0, 0, &reading);
            tell(now() - begin);
        } while (now() < until);
    } else if (strcmp(name, "echo") == 0) { /* MILLIS BYTES PROGRAM… */
        long long bytes = atoll(argv[1]);
        char *input = calloc(1, bytes);
        signal(SIGPIPE, SIG_IGN);
        do {
            long long begin = now();
            memset(&reading, 0, sizeof reading);
            reading.input = input;
            reading.input_left = bytes;
            start(&child, argv + 2, STDIN | STDOUT | STDERR);
            attend(loop, &child, 1, 0, 0, &reading);
            tell(now() - begin);
        } while (now() < until);
        free(input);
    } else if (strcmp(name, "hold") == 0) { /* COUNT PROGRAM… */
        long long begin = now();
        hold(loop, atoi(argv[0]), argv + 1, 0);
        tell(now() - begin);
    } else if (strcmp(name, "flood") == 0) { /* COUNT PROGRAM… */
        hold(loop, atoi(argv[0]), argv + 1, STDOUT);
    } else if (strcmp(name, "release") == 0) {
        long long begin = now();
        release();
        tell(now() - begin);
    } else if (strcmp(name, "throughput") == 0) { /* CALLERS platform|virtual RUNS PROGRAM… */
        tell(throughput(atoi(argv[0]), atol(argv[2]), argv + 3));
    } else if (strcmp(name, "cpu") == 0) { /* MILLIS PROGRAM… */
        long runs = 0;
        long long begin = cpu();
        do {
            round_trip(loop, argv + 1);
            runs++;
        } while (now() < until);
        tell((cpu() - begin) / runs);
    } else if (strcmp(name, "state") == 0) { /* heap, resident bytes, threads, CPU time */
        tell(0), tell(resident()), tell(1), tell(cpu());
    } else if (strcmp(name, "binding") == 0) { /* MILLIS: picoseconds for each kill(pid, 0) */
        pid_t self = getpid();
        do {
            long long begin = now();
            for (int call = 0; call < 10000; call++) kill(self, 0);
            tell((now() - begin) / 10);
        } while (now() < until);
    }
}

static int known(const char *name) {
    static const char *const works[] = {"idle", "roundtrip", "spawn", "kill-thread", "deadline-signal", "deadline-death", "held",
        "output", "lines", "echo", "hold", "flood", "release", "throughput", "cpu", "state", "binding", NULL};
    for (const char *const *work = works; *work != NULL; work++) {
        if (strcmp(name, *work) == 0) return 1;
    }
    return 0;
}

int main(void) {
    static struct loop loop;
    static char line[1 << 16];
    sigset_t mask, defaults;
    posix_spawnattr_init(&clean);
    sigemptyset(&mask);
    sigfillset(&defaults);
    sigdelset(&defaults, 32);
    sigdelset(&defaults, 33);
    posix_spawnattr_setsigmask(&clean, &mask);
    posix_spawnattr_setsigdefault(&clean, &defaults);
    posix_spawnattr_setpgroup(&clean, 0);
    posix_spawnattr_setflags(&clean, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    open_loop(&loop);
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *words[64] = {0};
        int count = 0;
        for (char *word = strtok(line, " \n"); word != NULL && count < 63; word = strtok(NULL, " \n")) words[count++] = word;
        if (count == 0) continue;
        int times = strcmp(words[0], "times") == 0;
        char **order = times ? words + 2 : words;
        if (order[0] == NULL || !known(order[0])) {
            printf("cannot %s", words[0]);
        } else {
            printf("ok");
            for (int left = times ? atoi(words[1]) : 1; left > 0; left--) work(&loop, order[0], order + 1);
        }
        printf("\n");
        fflush(stdout);
    }
    release();
    return 0;
}
