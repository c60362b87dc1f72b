#include "base/utf8.h"
#include "report/ladder.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, LEFT = 10, EDGE = 4, LABEL = 200 };

/* A line as cells, so that a label can be laid over lifelines. */
struct line {
    uint32_t cells[WIDTH];
};

static int column_x(const struct ladder *ladder, int column)
{
    int room = WIDTH - LEFT - 2 * EDGE - 1;
    if (ladder->column_count < 2)
        return LEFT + EDGE + room / 2;
    return LEFT + EDGE + column * room / (ladder->column_count - 1);
}

static void line_clear(struct line *line)
{
    for (int i = 0; i < WIDTH; i++)
        line->cells[i] = ' ';
}

static void line_lifelines(struct line *line, const struct ladder *ladder)
{
    line_clear(line);
    for (int i = 0; i < ladder->column_count; i++)
        line->cells[column_x(ladder, i)] = '|';
}

/* Lays text from x on, up to end; what is wider than a cell becomes '?'. */
static void line_put(struct line *line, int x, int end, const char *text)
{
    size_t len = strlen(text);
    if (end > WIDTH)
        end = WIDTH;
    for (size_t i = 0; i < len && x < end; x++) {
        uint32_t c;
        i += utf8_next(text + i, len - i, &c);
        if (x >= 0)
            line->cells[x] = c >= 0x1100 ? '?' : c;
    }
}

static void line_print(const struct line *line, struct buffer *out)
{
    int end = WIDTH;
    while (end > 0 && line->cells[end - 1] == ' ')
        end--;
    for (int i = 0; i < end; i++)
        utf8_add(out, line->cells[i]);
    buffer_add_text(out, "\n");
}

static void line_put_time(struct line *line, const struct record_event *event)
{
    char time[32];
    int64_t us = event->time_us;
    int len = us < 1000000000
                  ? snprintf(time, sizeof time, "%c%8.1f",
                        event->failed ? '!' : ' ', (double)us / 1000)
                  : snprintf(time, sizeof time, "%c%7.0fs",
                        event->failed ? '!' : ' ', (double)us / 1000000);
    if (len > 0)
        line_put(line, 0, LEFT, time);
}

static void print_label(const struct record_event *event, struct buffer *out)
{
    utf8_add_line(out, event->label ? event->label : "", LABEL);
    if (event->mark != NULL) {
        buffer_add_text(out, out->len > 0 ? " (" : "(");
        utf8_add_line(out, event->mark, 40);
        buffer_add_text(out, ")");
    }
}

static char shaft_of(enum event_kind kind)
{
    switch (kind) {
    case EVENT_SOCKS5:
        return '~';
    case EVENT_BYTES:
        return '=';
    case EVENT_FAULT:
        return 'x';
    default:
        return '-';
    }
}

static void draw_arrow(struct line *line, int from, int to,
    const struct record_event *event, const char *label)
{
    int left = from < to ? from : to, right = from < to ? to : from;
    for (int x = left + 1; x < right; x++)
        line->cells[x] = (uint32_t)shaft_of(event->kind);
    bool lost = event->mark != NULL && strcmp(event->mark, "dropped") == 0;
    int head = from < to ? right - 1 : left + 1;
    line->cells[head] = lost ? 'X' : from < to ? '>' : '<';
    int room = right - left - 5, len = (int)utf8_length(label);
    if (*label != 0 && len <= room) {
        int x = left + 3 + (room - len) / 2;
        line->cells[x - 1] = ' ';
        line_put(line, x, x + len, label);
        line->cells[x + len] = ' ';
    }
}

/* A label that does not fit its arrow stands above it. */
static void print_above(const struct ladder *ladder, int left,
    const char *label, struct buffer *out)
{
    struct line line;
    struct buffer cut = {0};
    int x = left + 2, len = (int)utf8_length(label);
    if (x + len > WIDTH)
        x = WIDTH - len;
    if (x < LEFT)
        x = LEFT;
    utf8_add_line(&cut, label, (size_t)(WIDTH - x));
    line_lifelines(&line, ladder);
    line_put(&line, x, WIDTH, buffer_text(&cut));
    line_print(&line, out);
    buffer_free(&cut);
}

static void print_arrow(const struct ladder *ladder,
    const struct ladder_row *row, const char *label, struct buffer *out)
{
    int from = column_x(ladder, row->from), to = column_x(ladder, row->to);
    int left = from < to ? from : to, right = from < to ? to : from;
    if ((int)utf8_length(label) > right - left - 5) {
        print_above(ladder, left, label, out);
        label = "";
    }
    struct line line;
    line_lifelines(&line, ladder);
    line_put_time(&line, row->event);
    draw_arrow(&line, from, to, row->event, label);
    line_print(&line, out);
}

static void print_mark(const struct ladder *ladder,
    const struct ladder_row *row, const char *label, struct buffer *out)
{
    int column = row->from >= 0 ? row->from : row->to;
    int x = column >= 0 ? column_x(ladder, column) : LEFT;
    int len = (int)utf8_length(label);
    struct line line;
    line_lifelines(&line, ladder);
    line_put_time(&line, row->event);
    if (column >= 0)
        line.cells[x++] = '*';
    if (x + 1 + len > WIDTH) /* to the left of the column instead */
        x = x - len - 3 >= LEFT ? x - len - 3 : LEFT - 1;
    line_put(&line, x + 1, WIDTH, label);
    line_print(&line, out);
}

static void print_step(
    const struct record_event *event, const char *label, struct buffer *out)
{
    struct line line;
    char number[24] = "";
    line_clear(&line);
    if (event->line > 0)
        snprintf(number, sizeof number, "%4d:", event->line);
    line_put(&line, 0, LEFT, number);
    struct buffer cut = {0};
    utf8_add_line(&cut, label, WIDTH - 6);
    line_put(&line, 6, WIDTH, buffer_text(&cut));
    buffer_free(&cut);
    line_print(&line, out);
}

static void print_row(const struct ladder *ladder, const struct ladder_row *row,
    struct buffer *out)
{
    if (row->event == NULL) {
        buffer_printf(out, "%*s... ", LEFT, "");
        utf8_add_line(out, row->login, 40);
        buffer_printf(out,
            row->login ? " logs in (%zu events) ...\n"
                       : "%zu events left out ...\n",
            row->left_out);
        return;
    }
    struct buffer text = {0};
    print_label(row->event, &text);
    const char *label = buffer_text(&text);
    if (row->event->kind == EVENT_STEP)
        print_step(row->event, label, out);
    else if (row->from >= 0 && row->to >= 0 && row->from != row->to)
        print_arrow(ladder, row, label, out);
    else
        print_mark(ladder, row, label, out);
    if (row->event->failed)
        buffer_printf(out, "%*s^^^ here the case failed\n", LEFT, "");
    buffer_free(&text);
}

static void print_head(const struct ladder *ladder, struct buffer *out)
{
    struct line line;
    line_clear(&line);
    line_put(&line, 0, LEFT, "       ms");
    int taken = LEFT;
    for (int i = 0; i < ladder->column_count; i++) {
        struct buffer name = {0};
        utf8_add_line(
            &name, ladder->columns[i], (size_t)(60 / ladder->column_count));
        int len = (int)utf8_length(buffer_text(&name));
        int x = column_x(ladder, i) - len / 2;
        if (x + len > WIDTH)
            x = WIDTH - len;
        if (x < taken)
            x = taken;
        line_put(&line, x, WIDTH, buffer_text(&name));
        taken = x + len + 1;
        buffer_free(&name);
    }
    line_print(&line, out);
}

void ladder_print_text(const struct ladder *ladder, struct buffer *out)
{
    print_head(ladder, out);
    for (size_t i = 0; i < ladder->rows.count; i++)
        print_row(ladder, &ladder->rows.items[i], out);
    if (ladder->background > 0)
        buffer_printf(out,
            "%*s(%zu more in the background: presence, pings, discovery)\n",
            LEFT, "", ladder->background);
}
