#include "base/utf8.h"
#include "report/ladder.h"

#include <inttypes.h>
#include <string.h>

enum { LEFT = 52, COLUMN = 225, ROW = 22, HEAD = 26, LABEL = 90, CHAR = 7 };

/* Classes of report.css, by kind. */
static const char *const classes[] = {
    [EVENT_STANZA] = "st",
    [EVENT_STREAM] = "sm",
    [EVENT_CONNECTION] = "cn",
    [EVENT_SOCKS5] = "so",
    [EVENT_BYTES] = "by",
    [EVENT_FAULT] = "fa",
    [EVENT_STEP] = "sp",
    [EVENT_USER] = "us",
    [EVENT_NOTE] = "no",
};

static int width_of(const struct ladder *ladder)
{
    int columns = ladder->column_count < 2 ? 2 : ladder->column_count;
    return LEFT + COLUMN * (columns - 1) + 100;
}

static int column_x(int column)
{
    return LEFT + 50 + column * COLUMN;
}

static void add_label(
    struct buffer *out, const struct record_event *event, size_t limit)
{
    struct buffer line = {0};
    utf8_add_line(&line, event->label ? event->label : "", limit);
    if (event->mark != NULL) {
        buffer_add_text(&line, " (");
        utf8_add_line(&line, event->mark, 24);
        buffer_add_text(&line, ")");
    }
    buffer_add_xml(out, buffer_text(&line), line.len);
    buffer_free(&line);
}

static void add_time(
    struct buffer *out, int y, const struct record_event *event)
{
    buffer_printf(out,
        "<text class=\"t\" x=\"%d\" y=\"%d\">%" PRId64 ".%d</text>", LEFT - 4,
        y + 4, event->time_us / 1000, (int)(event->time_us / 100 % 10));
}

static void add_arrow(struct buffer *out, int y, const struct ladder_row *row)
{
    int from = column_x(row->from), to = column_x(row->to);
    int sign = from < to ? 1 : -1, middle = (from + to) / 2;
    const char *mark = row->event->mark;
    bool lost = mark != NULL && strcmp(mark, "dropped") == 0;
    int tip = lost ? middle : to;
    /* One path: its line, and its head or the cross of what was lost. */
    buffer_printf(out, "<path d=\"M%d %dH%d", from, y, tip - sign * 2);
    if (lost)
        buffer_printf(out, "M%d %dl10 10m0-10l-10 10\"/>", tip - 5, y - 5);
    else
        buffer_printf(out, "M%d %dl%d-4v8z\"/>", tip, y, -8 * sign);
    int room = (from < to ? to - from : from - to) / CHAR - 2;
    buffer_printf(out, "<text class=\"l\" x=\"%d\" y=\"%d\">", middle, y - 4);
    add_label(out, row->event, (size_t)room);
    buffer_add_text(out, "</text>");
}

static void add_mark(struct buffer *out, int y, const struct ladder_row *row,
    const struct ladder *ladder)
{
    int column = row->from >= 0 ? row->from : row->to;
    bool last = column >= 0 && column == ladder->column_count - 1 && column > 0;
    int x = column >= 0 ? column_x(column) : LEFT;
    if (column >= 0)
        buffer_printf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"4\"/>", x, y);
    buffer_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">",
        last ? "e" : "s", last ? x - 9 : x + 9, y + 4);
    add_label(out, row->event, LABEL);
    buffer_add_text(out, "</text>");
}

static void add_step(struct buffer *out, int y, const struct ladder *ladder,
    const struct record_event *event)
{
    buffer_printf(out,
        "<path d=\"M%d %dH%d\"/><text class=\"s\" x=\"4\" y=\"%d\">", 4, y + 7,
        width_of(ladder) - 4, y + 3);
    if (event->line > 0)
        buffer_printf(out, "%d: ", event->line);
    /* A scene's name behind it takes its room. */
    size_t room = (size_t)width_of(ladder) / CHAR - 6;
    size_t scene = event->mark != NULL ? utf8_length(event->mark) + 3 : 0;
    add_label(out, event, room - (scene < 28 ? scene : 28));
    buffer_add_text(out, "</text>");
}

static void add_gap(struct buffer *out, int y, const struct ladder_row *row)
{
    struct buffer name = {0};
    utf8_add_line(&name, row->login, 40);
    buffer_printf(out,
        "<g class=\"no\"><text class=\"s\" x=\"%d\" y=\"%d\">\xe2\x8b\xae ",
        LEFT + 20, y + 4);
    buffer_add_xml(out, buffer_text(&name), name.len);
    buffer_printf(out,
        row->login ? " logs in (%zu events)</text></g>\n"
                   : "%zu events left out</text></g>\n",
        row->left_out);
    buffer_free(&name);
}

static void add_row(struct buffer *out, int y, const struct ladder *ladder,
    const struct ladder_row *row, const char *prefix)
{
    const struct record_event *event = row->event;
    if (event == NULL) {
        add_gap(out, y, row);
        return;
    }
    if (event->data != NULL)
        buffer_printf(out, "<a href=\"#%s-%zu\">", prefix, row->index);
    buffer_printf(out, "<g class=\"%s%s\"", classes[event->kind],
        event->failed ? " bad" : "");
    buffer_printf(out, row->line > 0 ? " data-l=\"%d\">" : ">", row->line);
    if (event->failed)
        buffer_printf(out,
            "<rect class=\"b\" x=\"1\" y=\"%d\" width=\"%d\" height=\"%d\" "
            "rx=\"3\"/>",
            y - 15, width_of(ladder) - 2, ROW);
    if (event->kind == EVENT_STEP) {
        add_step(out, y, ladder, event);
    } else {
        add_time(out, y, event);
        if (row->from >= 0 && row->to >= 0 && row->from != row->to)
            add_arrow(out, y, row);
        else
            add_mark(out, y, row, ladder);
    }
    buffer_add_text(out, event->data != NULL ? "</g></a>\n" : "</g>\n");
}

static void add_columns(
    struct buffer *out, const struct ladder *ladder, int height)
{
    for (int i = 0; i < ladder->column_count; i++) {
        struct buffer name = {0};
        utf8_add_line(&name, ladder->columns[i], 24);
        buffer_printf(out,
            "<path class=\"v\" d=\"M%d %dV%d\"/><text class=\"n\" x=\"%d\" "
            "y=\"14\">",
            column_x(i), HEAD - 6, height, column_x(i));
        buffer_add_xml(out, buffer_text(&name), name.len);
        buffer_add_text(out, "</text>");
        buffer_free(&name);
    }
}

void ladder_print_svg(
    const struct ladder *ladder, const char *prefix, struct buffer *out)
{
    int height = HEAD + ROW * (int)ladder->rows.count + 8;
    int width = width_of(ladder);
    buffer_printf(out,
        "<svg class=\"ladder\" viewBox=\"0 0 %d %d\" width=\"%d\" "
        "height=\"%d\" "
        "role=\"group\" aria-label=\"Ladder diagram; the transcript below says "
        "the same in text\">\n",
        width, height, width, height);
    add_columns(out, ladder, height);
    for (size_t i = 0; i < ladder->rows.count; i++)
        add_row(out, HEAD + ROW * (int)i + 14, ladder, &ladder->rows.items[i],
            prefix);
    buffer_add_text(out, "</svg>\n");
}
