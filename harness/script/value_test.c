#include "script/value.h"

#include "base/test.h"

#include <string.h>

static const char text[] = "# T\n## values: size = 7, 'a<b'\n[Client] Romeo\n"
                           "[Client] Juliet's phone\n[File] photo\n-----\n"
                           "Romeo connects\n";

/* Writes the form's pattern and its first argument. */
static bool name_it(void *owner, const struct value_call *call,
    struct buffer *out, struct error *error)
{
    (void)owner, (void)error;
    buffer_printf(out, "<%s|%s>", call->form->pattern,
        call->args[0].text != NULL ? call->args[0].text : "");
    return true;
}

static void expands(size_t which, const char *from, bool xml, const char *want)
{
    struct script_list scripts = {0};
    struct error error = {{0}};
    struct buffer out = {0};
    CHECK(script_parse("t.scs", text, NULL, NULL, NULL, &scripts, &error));
    value_expand(
        scripts.items.items[which], from, xml, name_it, NULL, &out, &error);
    for (size_t i = 0; i < scripts.items.count; i++)
        script_free(scripts.items.items[i]);
    vec_free(&scripts.items);
    if (error.message[0] != 0)
        CHECK_TEXT(error.message, want);
    else
        CHECK_TEXT(buffer_text(&out), want);
    buffer_free(&out);
}

TEST(text_without_values_is_copied)
{
    expands(0, "a $ { b", false, "a $ { b");
}

TEST(the_most_literal_form_wins)
{
    expands(0, "[${Romeo's full JID}]", false, "[<{actor}'s full JID|Romeo>]");
    expands(0, "${size of photo}", false, "<size of {file}|photo>");
    expands(0, "${sha-1 of photo}", false, "<{word} of {file}|sha-1>");
    expands(0, "${near port}", false, "<{socket} port|near>");
    expands(0, "${fresh id}", false, "<fresh id|>");
}

TEST(actors_may_have_blanks_and_apostrophes)
{
    expands(
        0, "${Juliet's phone's JID}", false, "<{actor}'s JID|Juliet's phone>");
}

TEST(items_of_value_lists_are_put_in_and_escaped)
{
    expands(0, "${size}", false, "7");
    expands(1, "${size}", false, "a<b");
    expands(1, "${size}", true, "a&lt;b");
    expands(0, "${size times 'ab'}", false, "<{number} times {value}|7>");
}

TEST(a_word_that_is_no_value_gets_a_guess)
{
    expands(0, "${fresh idea}", false, "<{new} {word}|fresh>");
    expands(0, "${a b c d}", false,
        "'a b c d' is no value (did you mean ${WORD of FILE}?)");
}

TEST(an_open_value_is_an_error)
{
    expands(0, "x ${size", false, "a ${ is not closed by }");
    expands(0, "${a ${b}}", false,
        "a value can't hold another ${; inside of ${} a kept value is named "
        "without it");
}
