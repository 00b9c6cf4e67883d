/* counts-signals FILE NUMBER...: writes the number of each of these signals to FILE, as often as its handler runs. "ready"
 * comes first. USR2 writes "end" and ends it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int file;

static void count(int signal) {
    char line[4] = {'0' + signal / 10, '0' + signal % 10, '\n', 0};
    if (write(file, line, 3) != 3)
        _exit(9);
}

static void end(int signal) {
    (void) signal;
    if (write(file, "end\n", 4) != 4)
        _exit(9);
    _exit(0);
}

int main(int argc, char **argv) {
    file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_RESTART;
    for (int i = 2; i < argc; i++) {
        action.sa_handler = count;
        if (sigaction(atoi(argv[i]), &action, NULL) != 0)
            return 8;
    }
    action.sa_handler = end;
    if (sigaction(SIGUSR2, &action, NULL) != 0)
        return 8;
    if (write(file, "ready\n", 6) != 6)
        return 9;
    for (;;)
        pause();
}
