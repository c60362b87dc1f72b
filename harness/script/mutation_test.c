/* Scripts cut and altered at every byte: an error with a place, or a tree. */
#include "script/script.h"

#include "base/bytes.h"
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

static const char script[] =
    "# Title\n"
    "## id: a-case\n"
    "## requirement: XEP-0047 s2.2 data-seq (MUST)\n"
    "## values: size = 0, 4096\n"
    "[Client] Romeo\n"
    "\tfeatures: -urn:x\n"
    "[Subject] Juliet\n"
    "\tneeds: receive, ibb\n"
    "[File] photo\n"
    "\tsize: ${size}\n"
    "[Template] offer\n"
    "\t<iq to=\"${Juliet's full JID}\" id='${fresh id}'><a b='${x}'/></iq>\n"
    "-----\n"
    "Romeo connects\n"
    "Let x be '${sha-256 of photo}, ${3 times size}'\n"
    "Romeo sends offer, with //a/@b = ${x}, without //c\n"
    "The requirement:\n"
    "Romeo receives, as s1 within 5s:\n"
    "\t<iq id='{scansion:capture:y}' scansion:strict='true'>\n"
    "\t\t<q>{scansion:any}</q></iq>\n"
    "Check that s1 has no //jingle/content[@name='a,b' or not(x)]\n"
    "Either:\n"
    "\tRomeo receives //a[@id='${y}']\n"
    "or\n"
    "\tIn any order\n"
    "\t\tRomeo receives //b\n"
    "\t\tRomeo receives //c\n"
    "Romeo receives: nothing\n"
    "Afterwards\n"
    "Romeo streams photo over ibb ${x}, in blocks of ${size}\n";

static void parse(const char *text)
{
    struct script_list scripts = {0};
    struct script_errors errors = {0};
    bool good =
        script_check("t.scs", text, NULL, NULL, NULL, &scripts, &errors);
    CHECK(good == (errors.items.count == 0));
    CHECK(good == (scripts.items.count > 0));
    for (size_t i = 0; i < errors.items.count; i++)
        CHECK(strncmp(errors.items.items[i], "t.scs:", 6) == 0);
    for (size_t i = 0; i < scripts.items.count; i++)
        script_free(scripts.items.items[i]);
    vec_free(&scripts.items);
    script_errors_free(&errors);
}

TEST(the_whole_script_is_good)
{
    struct script_list scripts = {0};
    struct error error = {{0}};
    script_parse("t.scs", script, NULL, NULL, NULL, &scripts, &error);
    CHECK_TEXT(error.message, "");
    CHECK_INT(scripts.items.count, 2);
    for (size_t i = 0; i < scripts.items.count; i++)
        script_free(scripts.items.items[i]);
    vec_free(&scripts.items);
}

TEST(a_script_cut_anywhere_is_an_error_or_good)
{
    for (size_t len = 0; len < sizeof script; len++) {
        char *text = mem_strndup(script, len);
        parse(text);
        free(text);
    }
}

TEST(a_script_with_any_byte_altered_is_an_error_or_good)
{
    static const char with[] = "\t\n'\"[](){}$,:#<&-\x80 x";
    char *text = mem_strdup(script);
    for (size_t i = 0; script[i] != 0; i++) {
        for (size_t k = 0; with[k] != 0; k++) {
            text[i] = with[k];
            parse(text);
        }
        text[i] = script[i];
    }
    free(text);
}

TEST(a_script_with_any_byte_left_out_is_an_error_or_good)
{
    size_t len = sizeof script - 1;
    char *text = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++) {
        memcpy(text, script, i);
        memcpy(text + i, script + i + 1, len - i);
        parse(text);
    }
    free(text);
}

TEST(a_script_printed_and_parsed_again_prints_the_same)
{
    struct script_list first = {0}, again = {0};
    struct error error = {{0}};
    struct buffer one = {0}, two = {0};
    CHECK(script_parse("t.scs", script, NULL, NULL, NULL, &first, &error));
    script_print(first.items.items[1], &one);
    script_parse("t.scs", buffer_text(&one), NULL, NULL, NULL, &again, &error);
    CHECK_TEXT(error.message, "");
    CHECK_TEXT(again.items.items[0]->id, first.items.items[1]->id);
    script_print(again.items.items[0], &two);
    CHECK_TEXT(buffer_text(&two), buffer_text(&one));
    script_free(first.items.items[0]);
    script_free(first.items.items[1]);
    script_free(again.items.items[0]);
    vec_free(&first.items);
    vec_free(&again.items);
    buffer_free(&one);
    buffer_free(&two);
}
