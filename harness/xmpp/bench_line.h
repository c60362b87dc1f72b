/* A bare XMPP client for benches: a blocking socket and a buffer, no parser.
 * What goes wrong ends the bench. */
#ifndef JS_XMPP_BENCH_LINE_H
#define JS_XMPP_BENCH_LINE_H

#include "base/bytes.h"
#include "server/server.h"

struct bench_line {
    int fd;
    struct buffer in;
    char jid[256]; /* bound */
};

/* Logs in by PLAIN with the password "secret". */
struct bench_line bench_line_login(struct server *server, const char *user);
void bench_line_close(struct bench_line *line);
void bench_line_send(struct bench_line *line, const char *text, size_t len);
/* Reads until text stands in the buffer; drops all up to its end. */
void bench_line_await(struct bench_line *line, const char *text);

#endif
