/* The cheapest program there is: no libc, no loader, one system call. What a round trip of it costs is the start's cost. */
void _start(void) {
#if defined(__x86_64__)
    __asm__ volatile("syscall" : : "a"(231), "D"(0));
#elif defined(__aarch64__)
    register long number __asm__("x8") = 94;
    register long code __asm__("x0") = 0;
    __asm__ volatile("svc 0" : : "r"(number), "r"(code));
#else
#error "exit_group for this architecture, please"
#endif
    __builtin_unreachable();
}
