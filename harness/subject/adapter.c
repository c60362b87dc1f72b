#include "subject/adapter.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/utf8.h"
#include "subject/warden.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_BYTES = 16 * 1024, LAST_WORDS = 240 };

struct stream {
    struct adapter *adapter;
    int fd;
    struct loop_watch *watch;
    struct buffer line; /* not yet ended */
    bool is_output;
};

struct adapter {
    struct adapter_options options;
    struct warden *warden;
    struct loop_watch *end_watch;
    struct stream out, err, in;
    struct buffer pending; /* for its standard input */
    struct buffer kept;
    uint64_t printed;
    bool ended;
    int status;
    char problem[1024];
};

/* --- what is kept --- */

static void keep(struct adapter *adapter, const void *data, size_t len)
{
    struct buffer *kept = &adapter->kept;
    buffer_add(kept, data, len);
    if (kept->len > 2 * (size_t)ADAPTER_OUTPUT_KEPT)
        buffer_drop(kept, kept->len - ADAPTER_OUTPUT_KEPT);
}

static void keep_line(
    struct adapter *adapter, const char *sign, const char *line)
{
    bool open = adapter->kept.len > 0 &&
                adapter->kept.data[adapter->kept.len - 1] != '\n';
    if (open)
        keep(adapter, "\n", 1);
    keep(adapter, sign, strlen(sign));
    keep(adapter, line, strlen(line));
    keep(adapter, "\n", 1);
}

char *adapter_output(const struct adapter *adapter)
{
    const struct buffer *kept = &adapter->kept;
    size_t from =
        kept->len > ADAPTER_OUTPUT_KEPT ? kept->len - ADAPTER_OUTPUT_KEPT : 0;
    struct buffer clean = {0};
    if (kept->len > 0)
        buffer_add_clean(&clean, kept->data + from, kept->len - from);
    return buffer_take(&clean);
}

void adapter_remark(struct adapter *adapter, const char *text)
{
    keep_line(adapter, "# ", text);
}

/* The end of its output as one line, for messages. */
static void last_words(const struct adapter *adapter, char *out, size_t size)
{
    char *text = adapter_output(adapter);
    size_t len = strlen(text),
           room = size - 1 < LAST_WORDS ? size - 1 : LAST_WORDS;
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
        text[--len] = 0;
    const char *from = len > room ? text + len - room : text;
    while ((*from & 0xc0) == 0x80 || *from == '\n')
        from++;
    snprintf(out, size, "%s", from);
    for (char *p = out; *p != 0; p++)
        *p = *p == '\n' ? '|' : *p;
    free(text);
}

void adapter_blame(struct adapter *adapter, const char *format, ...)
{
    if (adapter->problem[0] != 0)
        return;
    char words[LAST_WORDS + 1];
    last_words(adapter, words, sizeof words);
    char text[500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct buffer line = {0};
    utf8_add_line(&line, text, 0); /* it may quote what it printed */
    buffer_printf(&line,
        words[0] != 0 ? "; the last it printed: %s" : "; it printed nothing",
        words);
    snprintf(
        adapter->problem, sizeof adapter->problem, "%s", buffer_text(&line));
    buffer_free(&line);
}

/* --- its three streams --- */

static void close_stream(struct stream *stream)
{
    loop_unwatch(stream->watch);
    stream->watch = NULL;
    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
}

static void take_lines(struct stream *stream)
{
    struct adapter *adapter = stream->adapter;
    struct buffer *line = &stream->line;
    size_t from = 0;
    for (;;) {
        char *start = (char *)line->data + from;
        char *end =
            line->len > from ? memchr(start, '\n', line->len - from) : NULL;
        if (end == NULL)
            break;
        from += (size_t)(end - start) + 1;
        if (end > start && end[-1] == '\r')
            end--;
        *end = 0;
        /* No line of text holds a NUL: nothing may hide behind one. */
        for (char *nul = start;
             (nul = memchr(nul, 0, (size_t)(end - nul))) != NULL;)
            *nul = '\x1a';
        if (adapter->problem[0] == 0)
            adapter->options.line(adapter->options.owner, start);
    }
    buffer_drop(line, from);
    if (line->len > ADAPTER_LINE_MAX) {
        adapter_blame(adapter,
            "the adapter prints junk: a line of more than %d bytes",
            ADAPTER_LINE_MAX);
        buffer_clear(line);
    }
}

/* False: end of the stream, or nothing there. */
static bool read_some(struct stream *stream)
{
    struct adapter *adapter = stream->adapter;
    char block[READ_BYTES];
    ssize_t got = read(stream->fd, block, sizeof block);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (got <= 0) {
        close_stream(stream);
        return false;
    }
    keep(adapter, block, (size_t)got);
    adapter->printed += (uint64_t)got;
    if (adapter->printed > ADAPTER_OUTPUT_MAX) {
        adapter_blame(adapter, "the adapter floods: more than %d MiB printed",
            ADAPTER_OUTPUT_MAX >> 20);
        close_stream(stream);
        return false;
    }
    if (stream->is_output && adapter->options.line != NULL) {
        buffer_add(&stream->line, block, (size_t)got);
        take_lines(stream);
    }
    return stream->fd >= 0;
}

static void on_readable(void *owner, short revents)
{
    (void)revents;
    read_some(owner);
}

bool adapter_is_mute(const struct adapter *adapter)
{
    return adapter->out.fd < 0;
}

static void on_writable(void *owner, short revents)
{
    struct stream *stream = owner;
    if (revents & (POLLERR | POLLHUP)) { /* it reads no more */
        close_stream(stream);
        return;
    }
    struct buffer *pending = &stream->adapter->pending;
    ssize_t put =
        pending->len == 0 ? 0 : write(stream->fd, pending->data, pending->len);
    if (put < 0 && errno != EAGAIN && errno != EINTR) {
        close_stream(stream);
        return;
    }
    if (put > 0)
        buffer_drop(pending, (size_t)put);
    loop_watch_events(stream->watch, pending->len > 0 ? POLLOUT : 0);
}

void adapter_write(struct adapter *adapter, const char *line)
{
    keep_line(adapter, "> ", line);
    if (adapter->in.fd < 0)
        return;
    if (adapter->pending.len > ADAPTER_OUTPUT_MAX) {
        adapter_blame(adapter, "the adapter does not read its input");
        return;
    }
    buffer_add_text(&adapter->pending, line);
    buffer_add(&adapter->pending, "\n", 1);
    loop_watch_events(adapter->in.watch, POLLOUT);
}

/* --- its life --- */

static void on_ended(void *owner, short revents)
{
    (void)revents;
    struct adapter *adapter = owner;
    int status = 0;
    if (!warden_ended(adapter->warden, &status)) {
        /* The guard itself is gone. */
        adapter_blame(adapter, "the adapter's guard process died");
    }
    loop_unwatch(adapter->end_watch);
    adapter->end_watch = NULL;
    adapter->ended = true;
    adapter->status = status;
    /* Its last words; a child that holds the pipes open is not waited for. */
    for (int i = 0; i < 64 && adapter->out.fd >= 0; i++) {
        if (!read_some(&adapter->out))
            break;
    }
    for (int i = 0; i < 64 && adapter->err.fd >= 0; i++) {
        if (!read_some(&adapter->err))
            break;
    }
}

bool adapter_ended(struct adapter *adapter, int *status)
{
    *status = adapter->status;
    return adapter->ended;
}

bool adapter_deserted(struct adapter *adapter)
{
    return adapter->ended && warden_deserted(adapter->warden);
}

void adapter_describe(const struct adapter *adapter, char *out, size_t size)
{
    int status = adapter->status;
    process_describe(status, out, size);
    size_t used = strlen(out);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (code == 126 || code == 127)
        snprintf(out + used, size - used, " (something it needs is not %s)",
            code == 127 ? "installed" : "executable");
    else if (code > 128 && code <= 128 + 64)
        snprintf(out + used, size - used,
            " (by which a shell says: killed by signal %d, %s)", code - 128,
            strsignal(code - 128));
}

bool adapter_crashed(struct adapter *adapter)
{
    static const int bugs[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    int number = !adapter->ended                ? 0
                 : WIFSIGNALED(adapter->status) ? WTERMSIG(adapter->status)
                 : WIFEXITED(adapter->status)
                     ? WEXITSTATUS(adapter->status) - 128
                     : 0;
    for (size_t i = 0; i < sizeof bugs / sizeof *bugs; i++) {
        if (bugs[i] == number)
            return true;
    }
    return false;
}

const char *adapter_problem(struct adapter *adapter)
{
    if (adapter->problem[0] == 0 && adapter->ended &&
        adapter->options.line != NULL) {
        char how[128];
        adapter_describe(adapter, how, sizeof how);
        adapter_blame(adapter, "the adapter %s", how);
    }
    return adapter->problem[0] != 0 ? adapter->problem : NULL;
}

void adapter_refill(struct adapter *adapter)
{
    adapter->printed = 0;
    buffer_clear(&adapter->kept);
}

static bool make_pipe(int fds[2], bool ours_reads)
{
    if (pipe2(fds, O_CLOEXEC) != 0)
        return false;
    /* The client's end blocks, as programs expect. */
    fcntl(fds[ours_reads ? 0 : 1], F_SETFL, O_NONBLOCK);
    return true;
}

static void open_stream(struct adapter *adapter, struct stream *stream, int fd,
    short events, loop_fd_fn *fn)
{
    *stream = (struct stream){.adapter = adapter, .fd = fd};
    stream->watch =
        loop_watch_fd(adapter->options.loop, fd, events, fn, stream);
}

struct adapter *adapter_start(
    const struct adapter_options *options, struct error *error)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    struct warden *warden = NULL;
    if (!make_pipe(in, false) || !make_pipe(out, true) || !make_pipe(err, true))
        error_set(error, "cannot make a pipe: %s", strerror(errno));
    else
        warden =
            warden_start(&(struct warden_options){.command = options->command,
                             .environment = options->environment,
                             .directory = options->directory,
                             .stdin_fd = in[0],
                             .stdout_fd = out[1],
                             .stderr_fd = err[1]},
                error);
    close(in[0]);
    close(out[1]);
    close(err[1]);
    if (warden == NULL) {
        close(in[1]);
        close(out[0]);
        close(err[0]);
        return NULL;
    }
    struct adapter *adapter = mem_alloc(sizeof *adapter);
    adapter->options = *options;
    adapter->warden = warden;
    open_stream(adapter, &adapter->in, in[1], 0, on_writable);
    open_stream(adapter, &adapter->out, out[0], POLLIN, on_readable);
    open_stream(adapter, &adapter->err, err[0], POLLIN, on_readable);
    adapter->out.is_output = true;
    adapter->end_watch = loop_watch_fd(
        options->loop, warden_fd(warden), POLLIN, on_ended, adapter);
    return adapter;
}

void adapter_free(struct adapter *adapter)
{
    if (adapter == NULL)
        return;
    close_stream(&adapter->in);
    close_stream(&adapter->out);
    close_stream(&adapter->err);
    loop_unwatch(adapter->end_watch);
    warden_free(adapter->warden);
    buffer_free(&adapter->out.line);
    buffer_free(&adapter->pending);
    buffer_free(&adapter->kept);
    free(adapter);
}

bool adapter_wait(struct adapter *adapter, int64_t ms,
    adapter_condition_fn *condition, void *owner)
{
    int64_t deadline_ms = clock_ms() + ms;
    for (;;) {
        if (condition(owner))
            return true;
        if (adapter_problem(adapter) != NULL || clock_ms() >= deadline_ms)
            return false;
        loop_turn(adapter->options.loop, deadline_ms);
    }
}
