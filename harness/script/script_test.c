#include "script/script.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/test.h"
#include "script/value.h"

#include <stdlib.h>
#include <string.h>

static const char head[] = "# T\n[Client] Romeo\n[Subject] Juliet\n"
                           "[File] photo\n\tsize: 10\n-----\n";

static struct script_list parse(const char *steps, struct error *error)
{
    struct script_list scripts = {0};
    char *text = mem_printf("%s%s", head, steps);
    error->message[0] = 0;
    script_parse("t.scs", text, NULL, NULL, NULL, &scripts, error);
    free(text);
    return scripts;
}

static void drop(struct script_list *scripts)
{
    for (size_t i = 0; i < scripts->items.count; i++)
        script_free(scripts->items.items[i]);
    vec_free(&scripts->items);
}

static void refuses(const char *steps, const char *message)
{
    struct error error;
    struct script_list scripts = parse(steps, &error);
    CHECK_INT(scripts.items.count, 0);
    drop(&scripts);
    if (strstr(error.message, message) == NULL)
        CHECK_TEXT(error.message, message);
}

static struct script_list accepts(const char *steps)
{
    struct error error;
    struct script_list scripts = parse(steps, &error);
    CHECK_TEXT(error.message, "");
    CHECK_INT(scripts.items.count, 1);
    return scripts;
}

TEST(a_mistyped_actor_is_named_with_its_place_and_a_guess)
{
    refuses("Romeo connects\nJulia connects\n",
        "t.scs:8:1: there is no actor 'Julia' (did you mean Juliet?)\n"
        "    Julia connects\n"
        "    ^~~~~");
}

TEST(a_mistyped_verb_gets_the_nearest_sentence)
{
    refuses("Romeo conects\n", "did you mean \"ACTOR connects\"?");
}

TEST(a_bad_xpath_is_refused_at_its_column)
{
    refuses("Romeo receives //x:y\n", "t.scs:7:18: there is no prefix 'x'");
}

TEST(a_name_must_be_introduced_before)
{
    refuses("Romeo receives //a[@id='${foo}']\n",
        "no step before this one has introduced a kept value 'foo'");
}

TEST(a_broken_stanza_is_refused_at_its_line)
{
    refuses("Romeo sends:\n\t<iq>\n\t</ix>\n", "t.scs:9:");
}

TEST(nothing_is_scansions_way_to_say_receives_nothing)
{
    struct script_list scripts = accepts("Romeo receives: nothing\n");
    CHECK_INT(scripts.items.items[0]->steps.list.items[0].verb->id,
        VERB_RECEIVE_NOTHING);
    drop(&scripts);
}

TEST(commas_in_quotes_brackets_and_values_do_not_split)
{
    struct script_list scripts =
        accepts("Romeo receives //a[contains(@b, 'x,y')], as one within 2s\n");
    const struct script_step *step =
        &scripts.items.items[0]->steps.list.items[0];
    CHECK_INT(step->clauses.count, 2);
    CHECK_INT(script_clause(step, CLAUSE_WITHIN)->args[0].number, 2000);
    drop(&scripts);
}

TEST(steps_carry_from_the_requirement_to_afterwards)
{
    struct script_list scripts =
        accepts("Romeo connects\nThe requirement:\nRomeo receives //a\n"
                "Afterwards\nRomeo disconnects\n");
    const struct script_step *steps = scripts.items.items[0]->steps.list.items;
    CHECK(!steps[0].carries);
    CHECK(steps[2].carries);
    CHECK(!steps[4].carries);
    drop(&scripts);
}

TEST(grammar_md_is_what_the_tables_say)
{
    struct buffer want = {0}, got = {0};
    char *path = file_join(test_source(), "cases/GRAMMAR.md");
    struct error error;
    script_print_grammar(&want);
    CHECK(file_read(path, 1 << 20, &got, &error));
    free(path);
    CHECK_TEXT(buffer_text(&got), buffer_text(&want));
    buffer_free(&want);
    buffer_free(&got);
}
