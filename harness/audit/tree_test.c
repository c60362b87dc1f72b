#include "audit/tree.h"
#include "base/test.h"

static struct tree *parse(struct arena *arena, const char *text)
{
    return tree_parse(arena, text, strlen(text), NULL);
}

/* The text with every fault's edits applied. */
static char *mended(struct arena *arena, const char *text)
{
    struct tree *tree = parse(arena, text);
    struct edits edits = {0};
    for (size_t i = 0; i < tree->faults.count; i++)
        for (size_t k = 0; k < tree->faults.items[i].edits.count; k++)
            list_push(arena, &edits, tree->faults.items[i].edits.items[k]);
    return edits_apply(text, strlen(text), &edits, NULL);
}

static void check_mended(const char *text, const char *want)
{
    struct arena *arena = arena_new();
    char *got = mended(arena, text);
    CHECK_TEXT(got, want);
    free(got);
    arena_free(arena);
}

TEST(sound_xml_has_no_faults)
{
    struct arena *arena = arena_new();
    struct tree *tree = parse(arena,
        "<?xml version='1.0'?><!-- c --><a x='1'><b>t &amp; u</b><c/></a>");
    CHECK_INT(tree->faults.count, 0);
    CHECK_TEXT(tree_root(tree)->name, "a");
    CHECK_TEXT(tree_text(arena, tree_root(tree)), "t & u");
    arena_free(arena);
}

TEST(namespaces_are_inherited_and_undeclared_prefixes_reported)
{
    struct arena *arena = arena_new();
    struct tree *tree =
        parse(arena, "<a xmlns='n'><b xml:lang='de'/><q:c/></a>");
    CHECK(tree_is(tree_child(tree_root(tree), "b"), "n", "b"));
    CHECK_INT(tree->faults.count, 1);
    CHECK_INT(tree->faults.items[0].kind, TREE_UNDECLARED_PREFIX);
    arena_free(arena);
}

TEST(an_unclosed_enumeration_is_closed_in_its_tag)
{
    check_mended("<r><enumeration value='a'><enumeration value='b'/></r>",
        "<r><enumeration value='a'/><enumeration value='b'/></r>");
}

TEST(a_lost_closing_quote_is_one_fault)
{
    check_mended("<r><a type='x use='y'/><b c='d'/></r>",
        "<r><a type='x' use='y'/><b c='d'/></r>");
    check_mended(
        "<r><a type='x/>\n<b c='d'/></r>", "<r><a type='x'/>\n<b c='d'/></r>");
    check_mended("<r><a c='d=' e='f ='/></r>", "<r><a c='d=' e='f ='/></r>");
}

TEST(a_wrong_end_tag_takes_the_name_of_what_is_open)
{
    check_mended("<t><all><e/></sequence></t>", "<t><all><e/></all></t>");
}

TEST(an_end_tag_behind_children_of_a_closed_tag_reopens_it)
{
    check_mended("<e><attribute/><type><x/></type></attribute></e>",
        "<e><attribute><type><x/></type></attribute></e>");
}

TEST(a_stray_end_tag_is_dropped)
{
    check_mended(
        "<e><attribute/></attribute><f/></e>", "<e><attribute/><f/></e>");
}

TEST(a_second_minoccurs_was_meant_as_maxoccurs)
{
    check_mended(
        "<e minOccurs='0' minOccurs='1'/>", "<e minOccurs='0' maxOccurs='1'/>");
}

TEST(an_attribute_without_equals_gets_it)
{
    check_mended("<e component'1' a='b'/>", "<e component='1' a='b'/>");
}

TEST(an_end_tag_without_bracket_gets_it)
{
    check_mended("<a><b></b\n<c/></a>", "<a><b></b>\n<c/></a>");
}

TEST(entities_of_a_subset_are_resolved_and_their_notes_dropped)
{
    struct arena *arena = arena_new();
    struct entity_table *table = entity_table_new(arena, NULL);
    const char *dtd = "<!ENTITY x \"<b>one</b> <note>no</note>&y;\">"
                      "<!ENTITY y '&lt;two/&gt;'>";
    entity_table_read(table, dtd, strlen(dtd));
    struct buffer out = {0};
    CHECK(entity_text(table, "x", 1, &out));
    CHECK_TEXT(buffer_text(&out), "one <two/>");
    buffer_free(&out);
    arena_free(arena);
}

TEST(an_entity_that_holds_itself_ends)
{
    struct arena *arena = arena_new();
    struct entity_table *table = entity_table_new(arena, NULL);
    const char *dtd = "<!ENTITY x '&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;'>";
    entity_table_read(table, dtd, strlen(dtd));
    struct buffer out = {0};
    entity_text(table, "x", 1, &out);
    CHECK(out.len < 1 << 20);
    buffer_free(&out);
    arena_free(arena);
}

TEST(text_behind_a_closed_tag_and_its_end_tag_belongs_into_it)
{
    check_mended("<m><mark f='v'/>\n  Spam\n  </mark></m>",
        "<m><mark f='v'>\n  Spam\n  </mark></m>");
}

TEST(a_second_start_tag_in_the_place_of_the_end_tag_becomes_it)
{
    check_mended("<p>\n  <items n='b'>\n    <item/>\n  <items>\n</p>\n",
        "<p>\n  <items n='b'>\n    <item/>\n  </items>\n</p>\n");
    check_mended("<p><items><items></items></items></p>",
        "<p><items><items></items></items></p>");
}

TEST(text_that_is_ended_by_another_name_is_ended_by_its_own)
{
    check_mended("<i>\n <e>\n  <p v='O'>Wrong.</e>\n </e>\n</i>",
        "<i>\n <e>\n  <p v='O'>Wrong.</p>\n </e>\n</i>");
    check_mended("<iq>\n <r>\n  <id>21</iq>\n  <name>N</name>\n </r>\n</iq>",
        "<iq>\n <r>\n  <id>21</id>\n  <name>N</name>\n </r>\n</iq>");
}

TEST(an_unclosed_tag_beside_its_like_is_empty)
{
    check_mended("<q>\n  <g a='1'>\n  <g a='2'>\n</q>",
        "<q>\n  <g a='1'/>\n  <g a='2'/>\n</q>");
    check_mended("<e>\n  <s>\n  <p/>\n</e>", "<e>\n  <s/>\n  <p/>\n</e>");
}

TEST(a_lost_end_tag_gets_a_line_of_its_own)
{
    check_mended(
        "<e>\n  <s>\n    <p/>\n</e>", "<e>\n  <s>\n    <p/>\n  </s>\n</e>");
}

TEST(a_quote_in_an_end_tag_is_dropped)
{
    check_mended("<e><s>t</s'></e>", "<e><s>t</s></e>");
}
