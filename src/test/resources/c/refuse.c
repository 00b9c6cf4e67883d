/*
 * refuse ERRNO CALL[,CALL]... COMMAND [ARG]...: runs COMMAND so that these system calls fail with ERRNO, as a container's
 * filter of system calls does it. Names, since the numbers differ by machine.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    const char *name;
    int number;
} calls[] = {
    {"pidfd_open", 434},
    {"pidfd_send_signal", 424},
    {"close_range", 436},
    {"waitid", SYS_waitid},
    {"wait4", SYS_wait4},
    {"epoll_create1", SYS_epoll_create1},
    {"epoll_ctl", SYS_epoll_ctl},
#ifdef SYS_epoll_wait
    {"epoll_wait", SYS_epoll_wait},
#endif
    {"epoll_wait", SYS_epoll_pwait},
    {"timerfd_create", SYS_timerfd_create},
    {"timerfd_settime", SYS_timerfd_settime},
    {"eventfd", SYS_eventfd2},
    {"memfd_create", SYS_memfd_create},
    {"setpgid", SYS_setpgid},
};

static struct sock_filter program[64];
static unsigned short length;

static void add(struct sock_filter instruction) {
    program[length++] = instruction;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        return 2;
    }
    unsigned error = (unsigned)atoi(argv[1]);
    add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
    for (char *name = strtok(argv[2], ","); name; name = strtok(NULL, ",")) {
        for (size_t at = 0; at < sizeof calls / sizeof *calls; at++) {
            if (strcmp(calls[at].name, name) == 0) {
                add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[at].number, 0, 1));
                add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
            }
        }
    }
    add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    struct sock_fprog filter = {length, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
        perror("seccomp");
        return 99;
    }
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    return 127;
}
