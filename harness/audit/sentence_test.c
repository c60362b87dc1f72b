#include "audit/drift.h"
#include "base/file.h"
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct sentence_list list;

/* Reads a XEP whose body is the text. */
static void read_body(const char *body)
{
    struct buffer xml = {0};
    struct error error = {0};
    buffer_printf(&xml,
        "<!DOCTYPE xep SYSTEM 'xep.dtd' [<!ENTITY %% ents SYSTEM 'xep.ent'>"
        "%%ents;]><xep><header><title>T</title><abstract>MUST.</abstract>"
        "<revision><version>1.2</version></revision></header>%s</xep>",
        body);
    arena_free(arena);
    arena = arena_new();
    bool right =
        sentence_list_parse(&list, arena, buffer_bytes(&xml), "test", &error);
    buffer_free(&xml);
    CHECK_TEXT(error.message, "");
    CHECK(right);
}

static const char *text(size_t index)
{
    CHECK(index < list.count);
    return list.items[index].text;
}

static unsigned bit(enum requirement_level level)
{
    return 1u << level;
}

TEST(a_paragraph_is_split_into_its_sentences)
{
    read_body("<section1 topic='A' anchor='a'><p>One\n <tt>MUST</tt> be, e.g. "
              "Two. Then (it SHOULD.) Three 1.5 is.</p></section1>");
    CHECK_INT(list.count, 3);
    CHECK_TEXT(text(0), "One MUST be, e.g. Two.");
    CHECK_TEXT(text(1), "Then (it SHOULD.)");
    CHECK_TEXT(text(2), "Three 1.5 is.");
}

TEST(sections_are_numbered_and_nested)
{
    read_body("<section1 topic='A' anchor='a'/><section1 topic='B' anchor='b'>"
              "<section2 topic='C'><p>X.</p></section2>"
              "<section2 topic='D' anchor='d'><p>Y.</p></section2></section1>");
    CHECK_TEXT(list.items[0].section, "2.1");
    CHECK_TEXT(list.items[0].anchor, "2.1");
    CHECK_TEXT(list.items[1].section, "2.2");
    CHECK_TEXT(list.items[1].within, "#b#d#");
}

TEST(all_keywords_of_a_sentence_count)
{
    read_body("<p>A MUST NOT and SHOULD, and is NOT RECOMMENDED.</p>");
    CHECK_INT(list.items[0].levels,
        bit(LEVEL_MUST_NOT) | bit(LEVEL_SHOULD) | bit(LEVEL_SHOULD_NOT));
}

TEST(lower_case_and_parts_of_words_are_no_keywords)
{
    read_body("<p>It must be REQUIRED_ and MUSTER; MAY and OPTIONAL.</p>");
    CHECK_INT(list.items[0].levels, 0);
}

TEST(examples_schemas_header_and_boilerplate_are_left_out)
{
    read_body("<p>The key words \"MUST\" are to be interpreted as described "
              "in RFC 2119.</p><example>MUST</example><code>MUST</code>"
              "<section1 topic='XML Schema'><p>MUST.</p></section1>");
    CHECK_INT(list.count, 0);
}

TEST(an_entity_is_written_by_its_name)
{
    read_body("<p>See &xep0166; and &rfc4648; for &IQ; and &lt;x/&gt;.</p>");
    CHECK_TEXT(text(0), "See XEP-0166 and RFC 4648 for &IQ; and <x/>.");
}

TEST(a_row_of_a_table_is_one_sentence)
{
    read_body("<table><tr><th>Name</th><th>Inclusion</th></tr>"
              "<tr><td>sid</td><td>REQUIRED</td></tr></table>");
    CHECK_TEXT(text(1), "sid | REQUIRED");
    CHECK_INT(list.items[1].levels, bit(LEVEL_MUST));
}

TEST(a_row_with_several_sentences_is_split_and_keeps_its_name)
{
    read_body("<table><tr><td>sid</td><td><p>One. Two.</p></td>"
              "<td>REQUIRED</td></tr></table>");
    CHECK_INT(list.count, 3);
    CHECK_TEXT(text(0), "sid | One.");
    CHECK_TEXT(text(1), "Two.");
    CHECK_TEXT(text(2), "sid | REQUIRED");
}

TEST(list_items_and_definitions_are_apart)
{
    read_body("<ul><li><p>A MUST</p></li><li>B<ul><li>C</li></ul></li></ul>"
              "<dl><di><dt>D</dt><dd><p>E.</p></dd></di></dl>");
    CHECK_INT(list.count, 4);
    CHECK_TEXT(text(0), "A MUST");
    CHECK_TEXT(text(2), "C");
    CHECK_TEXT(text(3), "D: E.");
}

TEST(a_footnote_does_not_tear_its_sentence)
{
    read_body("<p>It MUST<note>See there.</note> be.</p>");
    CHECK_INT(list.count, 2);
    CHECK_TEXT(text(0), "See there.");
    CHECK_TEXT(text(1), "It MUST be.");
}

TEST(the_fingerprint_is_of_the_normalised_sentence)
{
    read_body("<p>It  <em>MUST</em>\nbe.</p>");
    char first[17];
    memcpy(first, list.items[0].fingerprint, sizeof first);
    CHECK_INT(strlen(first), 16);
    read_body("<p>It MUST be.</p>");
    CHECK_TEXT(list.items[0].fingerprint, first);
    read_body("<p>It MUST  not be.</p>");
    CHECK(strcmp(list.items[0].fingerprint, first) != 0);
}

TEST(what_is_no_xep_is_refused)
{
    struct arena *own = arena_new();
    struct error error = {0};
    CHECK(!sentence_list_parse(
        &list, own, bytes_text("<html/>"), "x.xml", &error));
    CHECK(strstr(error.message, "x.xml: not the source of a XEP") != NULL);
    CHECK(!sentence_list_parse(&list, own, bytes_text(""), "y", &error));
    arena_free(own);
}

/* Compares a table of one row with the body. */
static enum drift_kind only_drift(const char *row, size_t count)
{
    struct requirement_table table;
    struct error error = {0};
    struct drift_list drift;
    char rows[1024];
    snprintf(rows, sizeof rows,
        "# xep: 1\n# source: x\nid\tsection\tlevel\tbound\tfingerprint\t"
        "testable\tparaphrase\n%s\n",
        row);
    bool right = requirement_table_parse(
        &table, arena, bytes_text(rows), "rows", &error);
    CHECK_TEXT(error.message, "");
    CHECK(right);
    drift_find(&drift, arena, &table, &list);
    CHECK_INT(drift.count, count);
    return count > 0 ? drift.items[0].kind : DRIFT_NEW;
}

TEST(new_changed_gone_and_moved_sentences_are_told_apart)
{
    char row[256];
    static const char shape[] = "a\t1#%s\t%s\tclient\t%s\tyes\tp";
    read_body("<section1 topic='A' anchor='a'><p>It MUST be.</p></section1>");
    const char *print = list.items[0].fingerprint;
    snprintf(row, sizeof row, shape, "a", "must", print);
    only_drift(row, 0);
    CHECK_INT(only_drift("", 1), DRIFT_NEW);
    snprintf(row, sizeof row, shape, "a", "must", "0123456789abcdef");
    CHECK_INT(only_drift(row, 1), DRIFT_CHANGED);
    snprintf(row, sizeof row, shape, "a", "should", "0123456789abcdef");
    CHECK_INT(only_drift(row, 2), DRIFT_NEW);
    snprintf(row, sizeof row, shape, "a", "should", print);
    CHECK_INT(only_drift(row, 1), DRIFT_LEVEL);
    snprintf(row, sizeof row, shape, "b", "must", print);
    CHECK_INT(only_drift(row, 1), DRIFT_MOVED);
    read_body("<section1 topic='A' anchor='a'/>");
    CHECK_INT(only_drift(row, 1), DRIFT_GONE);
}

TEST(a_changed_sentence_goes_to_the_row_that_speaks_of_the_same)
{
    read_body("<section1 topic='A' anchor='a'>"
              "<p>It MUST NOT sing any louder.</p></section1>");
    CHECK_INT(only_drift("dance\t1#a\tmust-not\tclient\t0123456789abcdef\tyes\t"
                         "Dances on no table.\n"
                         "sing\t1#a\tmust-not\tclient\t1123456789abcdef\tyes\t"
                         "Sings as loud as it can.",
                  2),
        DRIFT_CHANGED);
    CHECK_TEXT(list.items[0].text, "It MUST NOT sing any louder.");
}

/* All rows of the tables whose text lies there (or, beside, in an older
 * text's directory next to the checkout); returns how many texts did. */
static size_t compare_all(const char *xeps, bool beside)
{
    struct error error = {0};
    size_t compared = 0;
    char *dir = file_join(test_source(), "cases/requirements");
    struct requirement_catalogue *catalogue =
        requirement_catalogue_read(dir, &error);
    free(dir);
    CHECK_TEXT(error.message, "");
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct requirement_table *table = &catalogue->tables[i];
        struct drift_list drift;
        char *path = file_join(xeps, table->source);
        bool wanted = (strncmp(table->source, "../", 3) == 0) == beside;
        if (wanted && (!beside || file_exists(path))) {
            compared++;
            if (!sentence_list_read(&list, catalogue->arena, path, &error))
                test_fail(__FILE__, __LINE__, "%s", error.message);
            CHECK_TEXT(table->version, list.version);
            drift_find(&drift, catalogue->arena, table, &list);
            if (drift.count > 0)
                test_fail(__FILE__, __LINE__, "XEP-%s: %s: %s", table->xep,
                    drift_kind_name(drift.items[0].kind),
                    drift.items[0].row != NULL ? drift.items[0].row->id
                                               : drift.items[0].sentence->text);
        }
        free(path);
    }
    requirement_catalogue_free(catalogue);
    return compared;
}

TEST(the_catalogue_is_complete_and_its_fingerprints_match_the_xeps)
{
    CHECK(compare_all(test_xeps_or_skip(), false) >= 13);
}

TEST(the_catalogue_matches_the_older_texts)
{
    if (compare_all(test_xeps_or_skip(), true) == 0)
        test_skip("no older texts beside the checkout of the XEPs");
}
