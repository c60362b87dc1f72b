#include "report/ladder.h"

#include "base/test.h"
#include "base/utf8.h"
#include "report/sample_run.h"

#include <libxml/parser.h>
#include <stdlib.h>

static void add(struct record_case *c, enum event_kind kind, const char *from,
    const char *to, const char *label)
{
    struct record_event event = {
        .time_us = 1200 * (int64_t)c->events.count,
        .kind = kind,
        .from = from,
        .to = to,
        .label = label,
        .line = kind == EVENT_STEP ? 12 : 0,
    };
    vec_push(&c->events, event);
}

static struct buffer text_of(const struct record_case *c, size_t rows)
{
    struct ladder ladder;
    struct buffer out = {0};
    ladder_make(&ladder, c, rows, false);
    ladder_print_text(&ladder, &out);
    ladder_free(&ladder);
    return out;
}

TEST(actors_stand_beside_the_server_and_arrows_run_between_them)
{
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_FAILED);
    add(c, EVENT_STEP, NULL, NULL, "Romeo sends:");
    add(c, EVENT_STANZA, "Romeo", "server", "iq set session-initiate");
    add(c, EVENT_STANZA, "server", "Juliet", "iq set session-initiate");
    add(c, EVENT_BYTES, "Juliet", "Romeo", "4096 bytes");
    add(c, EVENT_USER, "Juliet", NULL, "asked to accept");
    c->events.items[3].failed = true;
    struct buffer out = text_of(c, 100);
    /* clang-format off */
    CHECK_TEXT(buffer_text(&out),
        "       ms   Romeo                        server                         Juliet\n"
        "  12: Romeo sends:\n"
        "      1.2     |-- iq set session-initiate ->|                              |\n"
        "      2.4     |                             |-- iq set session-initiate -->|\n"
        "!     3.6     |<======================= 4096 bytes ========================|\n"
        "          ^^^ here the case failed\n"
        "      4.8     |                             |              asked to accept *\n");
    /* clang-format on */
    buffer_free(&out);
    record_run_free(run);
}

TEST(a_login_without_incident_is_one_row)
{
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_PASSED);
    add(c, EVENT_CONNECTION, "Romeo", "server", "connected");
    add(c, EVENT_STREAM, "server", "Romeo", "stream opens");
    add(c, EVENT_STANZA, "server", "Romeo", "iq result bind");
    add(c, EVENT_STANZA, "Romeo", "server", "iq set session-initiate");
    struct ladder ladder;
    ladder_make(&ladder, c, 100, false);
    CHECK_INT(ladder.rows.count, 2);
    CHECK_TEXT(ladder.rows.items[0].login, "Romeo");
    CHECK_INT(ladder.rows.items[0].left_out, 3);
    ladder_free(&ladder);
    c->events.items[1].failed = true;
    ladder_make(&ladder, c, 100, false);
    CHECK_INT(ladder.rows.count, 4);
    ladder_free(&ladder);
    record_run_free(run);
}

TEST(the_background_is_left_out_unless_it_is_all_there_is)
{
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_PASSED);
    add(c, EVENT_STANZA, "Romeo", "server", "iq get ping");
    c->events.items[0].data = "<iq id='p1' type='get'><ping/></iq>";
    add(c, EVENT_STANZA, "server", "Romeo", "iq result");
    c->events.items[1].data = "<iq type=\"result\" id=\"p1\"/>";
    struct ladder ladder;
    ladder_make(&ladder, c, 100, false);
    CHECK_INT(ladder.rows.count, 2);
    ladder_free(&ladder);
    add(c, EVENT_STANZA, "Romeo", "server", "iq set session-initiate");
    add(c, EVENT_STANZA, "server", "Romeo", "iq result");
    c->events.items[3].data = "<iq type='result' id='q1'/>";
    ladder_make(&ladder, c, 100, false);
    CHECK_INT(ladder.rows.count, 2);
    CHECK_INT(ladder.background, 2);
    ladder_free(&ladder);
    ladder_make(&ladder, c, 100, true);
    CHECK_INT(ladder.rows.count, 4);
    ladder_free(&ladder);
    record_run_free(run);
}

TEST(logins_that_interleave_are_folded_each)
{
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_PASSED);
    add(c, EVENT_CONNECTION, "Romeo", "server", "connected");
    add(c, EVENT_CONNECTION, "Juliet", "server", "connected");
    add(c, EVENT_STANZA, "server", "Romeo", "iq result bind");
    add(c, EVENT_STANZA, "server", "Juliet", "iq result bind");
    struct ladder ladder;
    ladder_make(&ladder, c, 100, false);
    CHECK_INT(ladder.rows.count, 2);
    CHECK_TEXT(ladder.rows.items[1].login, "Juliet");
    CHECK_INT(ladder.rows.items[1].left_out, 2);
    ladder_free(&ladder);
    record_run_free(run);
}

static void check_width(const struct buffer *text)
{
    char *copy = mem_strdup(buffer_text(text)), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")) != NULL)
        CHECK(utf8_length(line) <= 80);
    free(copy);
}

TEST(no_line_is_wider_than_80_columns)
{
    struct record_run *run = sample_full_run();
    struct record_case *c = run->cases.items[run->cases.count - 1];
    for (int i = 0; i < 20; i++)
        add(c, EVENT_STANZA, arena_printf(run->arena, "Actor number %d", i),
            "server", "a label that is far too long for one small arrow");
    add(c, EVENT_NOTE, "server", NULL, SAMPLE_HOSTILE SAMPLE_HOSTILE);
    struct buffer out = text_of(c, 100);
    check_width(&out);
    buffer_free(&out);
    record_run_free(run);
}

TEST(of_a_long_case_the_failure_stays)
{
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_FAILED);
    for (int i = 0; i < 5000; i++)
        add(c, EVENT_STANZA, "Romeo", "server", "iq set data");
    c->events.items[3000].failed = true;
    struct ladder ladder;
    ladder_make(&ladder, c, 90, false);
    CHECK(ladder.rows.count <= 95);
    bool found = false;
    for (size_t i = 0; i < ladder.rows.count; i++)
        found |= ladder.rows.items[i].index == 3000 &&
                 ladder.rows.items[i].event != NULL;
    CHECK(found);
    ladder_free(&ladder);
    record_run_free(run);
}

TEST(the_svg_is_well_formed_whatever_the_labels_hold)
{
    struct record_run *run = sample_full_run();
    struct ladder ladder;
    struct buffer out = {0};
    ladder_make(&ladder, run->cases.items[run->cases.count - 1], 100, false);
    ladder_print_svg(&ladder, "e-1", &out);
    xmlDoc *doc = xmlReadMemory(
        (const char *)out.data, (int)out.len, NULL, NULL, XML_PARSE_NONET);
    CHECK(doc != NULL);
    xmlFreeDoc(doc);
    ladder_free(&ladder);
    buffer_free(&out);
    record_run_free(run);
}
