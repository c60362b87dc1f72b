/* Several results side by side: clients by case. */
#include "base/memory.h"
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_case(const struct record_case *a, const struct record_case *b)
{
    return same_text(a->id, b->id) && same_text(a->values, b->values);
}

static size_t find(const struct record_run *run, const struct record_case *c)
{
    size_t i = 0;
    while (i < run->cases.count && !same_case(run->cases.items[i], c))
        i++;
    return i;
}

static void add_cell(struct page *page, size_t run, const struct record_case *c)
{
    size_t index = find(page->runs[run], c);
    buffer_add_text(page->out, "<td>");
    if (index < page->runs[run]->cases.count) {
        buffer_printf(page->out, "<a href=\"#c%zu-%zu\">", run, index);
        page_verdict(page, page->runs[run]->cases.items[index]->verdict);
        buffer_add_text(page->out, "</a>");
    }
    buffer_add_text(page->out, "</td>");
}

static void add_row(struct page *page, const struct record_case *c)
{
    buffer_add_text(page->out, "<tr><th scope=\"row\">");
    page_line(page, c->id ? c->id : "?", 100);
    buffer_add_text(page->out, " ");
    page_line(page, c->values, 100);
    buffer_add_text(page->out, "</th>");
    for (size_t r = 0; r < page->count; r++)
        add_cell(page, r, c);
    buffer_add_text(page->out, "</tr>\n");
}

static bool in_earlier_run(
    const struct page *page, size_t run, const struct record_case *c)
{
    for (size_t r = 0; r < run; r++) {
        if (find(page->runs[r], c) < page->runs[r]->cases.count)
            return true;
    }
    return false;
}

/* Senders by receivers, of the cases that an interop run tagged so. */

static size_t tag_length(const char *tags, const char *name, const char **value)
{
    const char *at = tags == NULL ? NULL : strstr(tags, name);
    if (at == NULL)
        return 0;
    *value = at + strlen(name);
    return strcspn(*value, ", ");
}

struct words {
    struct {
        const char *text;
        size_t len;
    } list[32];
    size_t count;
};

static void add_word(struct words *words, const char *text, size_t len)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->list[i].len == len &&
            strncmp(words->list[i].text, text, len) == 0)
            return;
    }
    if (len == 0 || words->count == sizeof words->list / sizeof *words->list)
        return;
    words->list[words->count].text = text;
    words->list[words->count++].len = len;
}

static void add_word_text(
    struct page *page, const struct words *words, size_t index)
{
    char *text = mem_strndup(words->list[index].text, words->list[index].len);
    page_line(page, text, 60);
    free(text);
}

static bool has_tag(const struct record_case *c, const char *name,
    const struct words *words, size_t index)
{
    const char *value = NULL;
    size_t len = tag_length(c->tags, name, &value);
    return len > 0 && len == words->list[index].len &&
           strncmp(value, words->list[index].text, len) == 0;
}

/* All transfers of a pair: how, and how it went. */
static void add_pair_cell(struct page *page, const struct words *senders,
    size_t sender, const struct words *receivers, size_t receiver)
{
    buffer_add_text(page->out, "<td>");
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++) {
            const struct record_case *c = page->runs[r]->cases.items[i];
            if (!has_tag(c, "sender:", senders, sender) ||
                !has_tag(c, "receiver:", receivers, receiver))
                continue;
            const char *how[2] = {"", ""};
            int len[2] = {(int)tag_length(c->tags, "transport:", &how[0]),
                (int)tag_length(c->tags, "encryption:", &how[1])};
            char *text =
                mem_printf("%.*s, %.*s", len[0], how[0], len[1], how[1]);
            buffer_printf(page->out, "<a href=\"#c%zu-%zu\">", r, i);
            page_verdict(page, c->verdict);
            buffer_add_text(page->out, "</a> <span class=\"dim\">");
            page_line(page, text, 60);
            buffer_add_text(page->out, "</span><br>");
            free(text);
        }
    }
    buffer_add_text(page->out, "</td>");
}

static void add_interop(struct page *page)
{
    struct words senders = {.count = 0}, receivers = {.count = 0};
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++) {
            const char *tags = page->runs[r]->cases.items[i]->tags;
            const char *value = NULL;
            size_t len = tag_length(tags, "sender:", &value);
            add_word(&senders, value, len);
            len = tag_length(tags, "receiver:", &value);
            add_word(&receivers, value, len);
        }
    }
    if (senders.count == 0 || receivers.count == 0)
        return;
    buffer_add_text(page->out,
        "<h2 id=\"interop\">Who sends to whom</h2>\n<div class=\"wide\" "
        "tabindex=\"0\"><table class=\"matrix\"><thead><tr><th "
        "scope=\"col\">sender \xe2\x86\x93 receiver \xe2\x86\x92</th>");
    for (size_t i = 0; i < receivers.count; i++) {
        buffer_add_text(page->out, "<th scope=\"col\">");
        add_word_text(page, &receivers, i);
        buffer_add_text(page->out, "</th>");
    }
    buffer_add_text(page->out, "</tr></thead><tbody>\n");
    for (size_t s = 0; s < senders.count; s++) {
        buffer_add_text(page->out, "<tr><th scope=\"row\">");
        add_word_text(page, &senders, s);
        buffer_add_text(page->out, "</th>");
        for (size_t r = 0; r < receivers.count; r++)
            add_pair_cell(page, &senders, s, &receivers, r);
        buffer_add_text(page->out, "</tr>\n");
    }
    buffer_add_text(page->out, "</tbody></table></div>\n");
}

void page_matrix(struct page *page)
{
    add_interop(page);
    if (page->count < 2)
        return;
    buffer_add_text(page->out,
        "<h2 id=\"matrix\">Matrix</h2>\n<div class=\"wide\" tabindex=\"0\">"
        "<table class=\"matrix\"><thead><tr><th scope=\"col\">Case</th>");
    for (size_t r = 0; r < page->count; r++) {
        buffer_add_text(page->out, "<th scope=\"col\">");
        page_line(page,
            page->runs[r]->subject ? page->runs[r]->subject : "no subject", 80);
        buffer_add_text(page->out, "<br><span class=\"dim\">");
        page_line(page, page->runs[r]->server, 60);
        buffer_add_text(page->out, "</span></th>");
    }
    buffer_add_text(page->out, "</tr></thead><tbody>\n");
    for (size_t r = 0; r < page->count; r++) {
        for (size_t i = 0; i < page->runs[r]->cases.count; i++) {
            if (!in_earlier_run(page, r, page->runs[r]->cases.items[i]))
                add_row(page, page->runs[r]->cases.items[i]);
        }
    }
    buffer_add_text(page->out, "</tbody></table></div>\n");
}
