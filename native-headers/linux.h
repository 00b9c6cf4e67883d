/*
 * Where jextract finds what `symbols` lists: headers of glibc and of the kernel, and what older ones of them lack. No part of this is
 * compiled into the library. BindingsLayoutTest includes it, too, to ask a C compiler about the same declarations.
 */
#define _GNU_SOURCE 1

/* Starting a program. */
#include <sched.h>
#include <spawn.h>
#include <unistd.h>
#ifndef POSIX_SPAWN_SETCGROUP /* glibc before 2.39 */
#define POSIX_SPAWN_SETCGROUP 0x100
extern int posix_spawnattr_setcgroup_np(posix_spawnattr_t *, int);
#endif

/* Signals, waiting for children and what they used. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

/* Descriptors, files and terminals. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#ifndef STATX_TYPE /* musl before 1.2.5 */
#include <linux/stat.h>
#endif
#include <termios.h>

/* The event loop. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>

/* Datagrams of services that tell their state. For glibc, the address is a union of pointers, which jextract would pass as one. */
#define bind bind_with_union
#include <sys/socket.h>
#undef bind
extern int bind(int, const struct sockaddr *, socklen_t);
#include <sys/uio.h>
#include <sys/un.h>

/* Process-wide settings, and system calls that glibc may have no function for. */
#include <linux/close_range.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
/* Not <linux/pidfd.h>: the <linux/fcntl.h> in it defines structs that <fcntl.h> defines, too. */
#if __has_include(<sys/pidfd.h>)
#include <sys/pidfd.h>
#else /* glibc before 2.36 */
#define PIDFD_NONBLOCK O_NONBLOCK
#endif

/* Errors and their names. */
#include <errno.h>
#include <string.h>

#if __has_include(<gnu/libc-version.h>) /* not musl, which MuslTest asks */
#include <gnu/libc-version.h>
#endif
