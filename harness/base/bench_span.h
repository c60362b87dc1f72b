/* What every bench needs: time and memory of this process, medians. Linked by
 * *_bench.c alone; what goes wrong ends the bench. */
#ifndef JS_BASE_BENCH_SPAN_H
#define JS_BASE_BENCH_SPAN_H

#include <stddef.h>
#include <stdint.h>

_Noreturn void bench_die(const char *what);

/* On a busy machine CPU time tells what the wall clock tells on a quiet one.
 * us; as a speed: MB/s. */
struct bench_span {
    double wall, cpu;
};

/* CPU time: of this process. */
struct bench_span bench_now(void);
struct bench_span bench_speed_since(struct bench_span then, uint64_t bytes);
/* CPU time that another process has used, in us. */
double bench_cpu_of(int pid);
/* The first child of this process; 0: none. */
int bench_child(void);

/* Of wall and CPU each on its own; count up to 99. */
struct bench_span bench_median(const struct bench_span *values, size_t count);

/* A line of /proc/self/status ("VmRSS:"), in KiB. */
long bench_memory(const char *name);
/* From here on VmHWM is the peak since now. */
void bench_forget_peak(void);

/* Two ends of a TCP connection on loopback, as clients' bytes go. */
void bench_loopback(int fds[2]);

/* "WHAT: 100 MB/s, bare sockets 110 MB/s: ratio 0.91; ..." and a line end. */
void bench_report(
    const char *what, struct bench_span ours, struct bench_span bare);

#endif
