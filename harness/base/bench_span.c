#include "base/bench_span.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { VALUES = 99 };

void bench_die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

struct bench_span bench_now(void)
{
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct bench_span){(double)clock_us(),
        (double)cpu.tv_sec * 1e6 + (double)cpu.tv_nsec / 1e3};
}

struct bench_span bench_speed_since(struct bench_span then, uint64_t bytes)
{
    struct bench_span at = bench_now();
    return (struct bench_span){(double)bytes / (at.wall - then.wall),
        (double)bytes / (at.cpu - then.cpu)};
}

/* The first line of a file of /proc; "" when there is none. */
static void first_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    line[0] = 0;
    if (file == NULL)
        return;
    if (fgets(line, (int)size, file) == NULL)
        line[0] = 0;
    fclose(file);
}

double bench_cpu_of(int pid)
{
    char path[64], line[128];
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    first_line(path, line, sizeof line);
    return strtod(line, NULL) / 1e3;
}

int bench_child(void)
{
    char path[80], line[128];
    int pid = (int)getpid();
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    first_line(path, line, sizeof line);
    return (int)strtol(line, NULL, 10);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct bench_span bench_median(const struct bench_span *values, size_t count)
{
    double wall[VALUES], cpu[VALUES];
    if (count == 0 || count > VALUES)
        bench_die("no median of so many values");
    for (size_t i = 0; i < count; i++) {
        wall[i] = values[i].wall;
        cpu[i] = values[i].cpu;
    }
    qsort(wall, count, sizeof *wall, compare);
    qsort(cpu, count, sizeof *cpu, compare);
    return (struct bench_span){wall[count / 2], cpu[count / 2]};
}

long bench_memory(const char *name)
{
    char line[256];
    long value = -1;
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL)
        bench_die("/proc/self/status");
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name), NULL, 10);
    fclose(status);
    return value;
}

void bench_forget_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "5", 1) != 1)
        bench_die("/proc/self/clear_refs");
    close(fd);
}

void bench_report(
    const char *what, struct bench_span ours, struct bench_span bare)
{
    printf("%s: %.0f MB/s, bare sockets %.0f MB/s: ratio %.2f; by CPU time "
           "%.0f and %.0f: ratio %.2f\n",
        what, ours.wall, bare.wall, ours.wall / bare.wall, ours.cpu, bare.cpu,
        ours.cpu / bare.cpu);
    fflush(stdout);
}

void bench_loopback(int fds[2])
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&name, len) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&name, &len) != 0 ||
        connect(fds[0], (struct sockaddr *)&name, len) != 0)
        bench_die(strerror(errno));
    fds[1] = accept(listener, NULL, NULL);
    close(listener);
}
