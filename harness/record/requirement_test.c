#include "record/requirement.h"

#include "base/file.h"
#include "base/test.h"
#include "record/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                   \
    "# xep: 0260\n# version: 1.0.3\n# source: xep-0260.xml\n"                  \
    "# sections: a b\n"                                                        \
    "id\tsection\tlevel\tbound\tfingerprint\ttestable\tparaphrase\n"

static struct requirement_table table;
static struct error error;

static bool parse(struct arena *arena, const char *rows)
{
    char text[2048];
    error.message[0] = 0;
    snprintf(text, sizeof text, HEAD "%s", rows);
    return requirement_table_parse(
        &table, arena, bytes_text(text), "t.tsv", &error);
}

TEST(a_row_is_read)
{
    struct arena *arena = arena_new();
    CHECK(parse(arena,
        "no-mode\t2.2#exchange\tmust-not\tresponder,sender\t0123456789abcdef"
        "\tno: why\tIt is so.\n"));
    const struct requirement *row = requirement_of(&table, "no-mode");
    CHECK(row != NULL);
    CHECK_TEXT(row->section, "2.2");
    CHECK_TEXT(row->anchor, "exchange");
    CHECK_INT(row->level, LEVEL_MUST_NOT);
    CHECK_INT(row->bound, BOUND_RESPONDER | BOUND_SENDER);
    CHECK_TEXT(row->reason, "why");
    CHECK_TEXT(row->paraphrase, "It is so.");
    CHECK_TEXT(table.xep, "0260");
    CHECK_INT(table.section_count, 2);
    arena_free(arena);
}

TEST(wrong_rows_are_refused_with_file_and_line)
{
    static const char *const rows[] = {
        "a\t1#a\tmust\tclient\t0123456789abcdef\tyes\n",
        "a\t1#a\tmust\tclient\t0123456789abcdef\tyes\tp\tmore\n",
        "A\t1#a\tmust\tclient\t0123456789abcdef\tyes\tp\n",
        "a\t1\tmust\tclient\t0123456789abcdef\tyes\tp\n",
        "a\t1#a\tmay\tclient\t0123456789abcdef\tyes\tp\n",
        "a\t1#a\tmust\tnobody\t0123456789abcdef\tyes\tp\n",
        "a\t1#a\tmust\tclient\t0123456789abcde\tyes\tp\n",
        "a\t1#a\tmust\tclient\t0123456789abcdef\tno:\tp\n",
        "a\t1#a\tmust\tclient\t0123456789abcdef\tperhaps\tp\n",
        "a\t1#a\tmust\tclient\t0123456789abcdef\tyes\t\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        CHECK(!parse(arena, rows[i]));
        CHECK(strncmp(error.message, "t.tsv:6: ", 9) == 0);
        arena_free(arena);
    }
}

TEST(an_id_is_there_once)
{
    struct arena *arena = arena_new();
    CHECK(!parse(arena, "a\t1#a\tmust\tclient\t0123456789abcdef\tyes\tp\n"
                        "a\t1#a\tmust\tclient\t0123456789abcdef\tyes\tp\n"));
    CHECK(strstr(error.message, "twice") != NULL);
    arena_free(arena);
}

TEST(a_requirement_is_named_with_or_without_section_and_level)
{
    static const char *const texts[] = {
        "XEP-0260 s2.2 responder-new-candidates (MUST NOT)",
        "XEP-0260 responder-new-candidates",
        "XEP-0260  s2  responder-new-candidates",
    };
    for (size_t i = 0; i < 3; i++) {
        struct requirement_name name = {0};
        CHECK(requirement_name_parse(&name, texts[i], &error));
        CHECK_TEXT(name.xep, "0260");
        CHECK_TEXT(name.id, "responder-new-candidates");
    }
}

TEST(what_names_no_requirement_is_refused)
{
    struct requirement_name name;
    CHECK(!requirement_name_parse(&name, "", &error));
    CHECK(!requirement_name_parse(&name, "RFC-1 a", &error));
    CHECK(!requirement_name_parse(&name, "XEP-0260", &error));
    CHECK(!requirement_name_parse(&name, "XEP-0260 s2.2", &error));
    CHECK(!requirement_name_parse(&name, "XEP-0260 (MUST)", &error));
    CHECK(!requirement_name_parse(&name, "XEP-0260 a b", &error));
}

TEST(bound_parties_are_listed)
{
    char text[80];
    requirement_bound_text(BOUND_INITIATOR | BOUND_PROXY, text, sizeof text);
    CHECK_TEXT(text, "initiator,proxy");
}

TEST(coverage_comes_from_the_headers_of_the_cases)
{
    char *dir = file_make_temp("coverage", &error);
    char *path = file_join(dir, "a.case");
    CHECK(file_write(path,
        bytes_text("# A title\n## requirement: XEP-0260 s2.2 x (MUST)\n"
                   "## id: 0260-x\n## requirement: nonsense\n"),
        &error));
    struct arena *arena = arena_new();
    struct coverage coverage;
    CHECK(coverage_read(&coverage, arena, dir, &error));
    CHECK_INT(coverage.count, 2);
    CHECK_TEXT(coverage_case(&coverage, "0260", "x", 0)->case_id, "0260-x");
    CHECK(coverage_case(&coverage, "0260", "x", 1) == NULL);
    CHECK(coverage_case(&coverage, "0261", "x", 0) == NULL);
    CHECK(coverage.entries[1].wrong != NULL);
    arena_free(arena);
    file_remove_tree(dir);
    free(path);
    free(dir);
}
