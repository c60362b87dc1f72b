#include "script/script.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/test.h"
#include "jingle/policy.h"
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

static struct script_list with_library(const char *library_text,
    const char *tags, const char *steps, struct error *error)
{
    struct script_library *library = script_library_new();
    struct script_list scripts = {0};
    error->message[0] = 0;
    CHECK(script_library_add(library, "lib.scs", library_text, error));
    char *text = mem_printf("%s%s%s", tags, head, steps);
    script_parse("t.scs", text, library, NULL, NULL, &scripts, error);
    free(text);
    /* A script keeps what it needs but for texts of the library's. */
    script_library_free(library);
    return scripts;
}

TEST(a_plain_scansion_script_is_good)
{
    struct script_list scripts = {0};
    struct error error = {{0}};
    script_parse("p.scs",
        "# Carbons\n\n[Client] Juliet's phone\n\tjid: a@localhost\n"
        "\tpassword: x\n\tcustom_host: 127.0.0.1\n\n---------\n\n"
        "Juliet's phone connects\n\n# Comment\nJuliet's phone sends:\n"
        "\t<presence xmlns:stream=\"http://etherx.jabber.org/streams\"/>\n"
        "\t\n\nJuliet's phone receives:\n"
        "\t<presence from=\"${Juliet's phone's full JID}\">\n"
        "\t  <c xmlns='x' ver='{scansion:any}' scansion:strict='false'/>\n"
        "\t</presence>\n\nJuliet's phone receives: nothing\n"
        "Juliet's phone disconnects\n\n# recording ended\n",
        NULL, NULL, NULL, &scripts, &error);
    CHECK_TEXT(error.message, "");
    CHECK_INT(scripts.items.items[0]->steps.list.count, 5);
    CHECK_TEXT(scripts.items.items[0]->id, "p");
    drop(&scripts);
}

TEST(value_lists_give_a_script_for_every_combination)
{
    struct error error;
    struct script_list scripts = with_library("",
        "## id: x\n## values: a = 1, 2\n## values: b = 3, \"4, 5\"\n",
        "Let c be ${3 plus a}\nLet d be ${b}\n", &error);
    CHECK_TEXT(error.message, "");
    CHECK_INT(scripts.items.count, 4);
    CHECK_TEXT(scripts.items.items[2]->id, "x.a-2.b-3");
    CHECK_TEXT(scripts.items.items[3]->id, "x.a-2.b-4__5");
    CHECK_TEXT(scripts.items.items[3]->base_id, "x");
    drop(&scripts);
}

TEST(a_scene_named_by_with_runs_behind_the_connects_and_carries_nothing)
{
    struct error error;
    struct script_list scripts =
        with_library("[Scene] s\n\tRomeo receives //a\n", "## with: s\n",
            "Romeo connects\nJuliet connects\nRomeo receives //b\n", &error);
    CHECK_TEXT(error.message, "");
    const struct script_steps *steps = &scripts.items.items[0]->steps;
    CHECK_INT(steps->list.count, 5);
    CHECK_TEXT(steps->list.items[2].text, "Romeo receives //a");
    CHECK(!steps->list.items[2].carries);
    CHECK_INT(steps->list.items[3].verb->id, VERB_REQUIREMENT);
    CHECK(steps->list.items[4].carries);
    drop(&scripts);
}

TEST(a_scene_connects_everybody_when_the_script_does_not)
{
    struct error error;
    struct script_list scripts = with_library("[Scene] s\n\tRomeo receives "
                                              "//a\n",
        "## with: s\n", "Romeo receives //b\n", &error);
    const struct script_steps *steps = &scripts.items.items[0]->steps;
    CHECK_INT(steps->list.items[0].verb->id, VERB_CONNECT);
    CHECK_INT(steps->list.items[1].verb->id, VERB_CONNECT);
    CHECK_INT(steps->list.items[1].args[0].actor, 1);
    drop(&scripts);
}

TEST(a_template_that_needs_an_unknown_name_is_refused_where_it_is_used)
{
    struct error error;
    struct script_list scripts = with_library(
        "[Template] t\n\t<iq id='${sid}'/>\n", "", "Romeo sends t\n", &error);
    CHECK_INT(scripts.items.count, 0);
    CHECK(strstr(error.message, "t.scs:7:13: the template 't' (lib.scs:2)"));
    drop(&scripts);
}

TEST(a_capture_is_kept_and_may_be_used_afterwards)
{
    struct script_list scripts =
        accepts("Romeo receives:\n\t<iq id='{scansion:capture:x}'/>\n"
                "Romeo sends:\n\t<iq id='${x}'/>\n");
    CHECK_TEXT(
        scripts.items.items[0]->steps.list.items[0].xml, "<iq id='${x}'/>");
    drop(&scripts);
}

TEST(every_error_of_a_file_is_told)
{
    struct script_errors errors = {0};
    char *text = mem_printf("%sJulia connects\nRomeo jumps\n", head);
    CHECK(!script_check("t.scs", text, NULL, NULL, NULL, NULL, &errors));
    CHECK_INT(errors.items.count, 2);
    script_errors_free(&errors);
    free(text);
}

TEST(a_long_line_is_shown_around_the_error)
{
    struct error error;
    char *line =
        mem_printf("Romeo sends bytes '%0300d' on ${nobody} %0300d\n", 0, 0);
    struct script_list scripts = parse(line, &error);
    free(line);
    CHECK(strstr(error.message, "${nobody}") != NULL);
    CHECK(strlen(error.message) < 500);
    drop(&scripts);
}

TEST(the_library_of_the_source_tree_is_good)
{
    struct script_library *library = script_library_new();
    struct script_errors errors = {0};
    static const char *const names[] = {"templates.scs", "scenes.scs"};
    for (size_t i = 0; i < 2; i++) {
        char *path = mem_printf("%s/cases/library/%s", test_source(), names[i]);
        struct buffer text = {0};
        struct error error;
        CHECK(file_read(path, 1 << 20, &text, &error));
        script_library_read(library, path, buffer_text(&text), &errors);
        buffer_free(&text);
        free(path);
    }
    script_library_check(library, &errors);
    CHECK_TEXT(errors.items.count > 0 ? errors.items.items[0] : "", "");
    script_errors_free(&errors);
    script_library_free(library);
}

TEST(grammar_md_is_what_the_tables_say)
{
    struct buffer want = {0}, got = {0};
    char *path = file_join(test_source(), "cases/GRAMMAR.md");
    struct error error;
    script_print_grammar(&want);
    for (int templates = 0; templates < 2; templates++) {
        static const char *const names[] = {
            "encrypted", "jet", "scenes", "templates"};
        script_print_library_head(!templates, &want);
        for (size_t i = 0; i < 4; i++) {
            char *file =
                mem_printf("%s/cases/library/%s.scs", test_source(), names[i]);
            struct buffer text = {0};
            CHECK(file_read(file, 1 << 20, &text, &error));
            script_print_library(buffer_text(&text), !templates, &want);
            buffer_free(&text);
            free(file);
        }
    }
    policy_print_reference(&want);
    CHECK(file_read(path, 1 << 20, &got, &error));
    free(path);
    CHECK_TEXT(buffer_text(&got), buffer_text(&want));
    buffer_free(&want);
    buffer_free(&got);
}
