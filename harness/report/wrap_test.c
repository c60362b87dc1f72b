#include "report/wrap.h"

#include "base/test.h"

#include <string.h>

static const char *wrap(const char *text, int hang)
{
    static char out[4096];
    struct buffer buffer = {0};
    wrap_text(text, hang, &buffer);
    strncpy(out, buffer_text(&buffer), sizeof out - 1);
    buffer_free(&buffer);
    return out;
}

#define TEN "123456789 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

TEST(short_lines_stay_as_they_are)
{
    CHECK_TEXT(wrap("a\n\n  b\n", 0), "a\n\n  b\n");
}

TEST(a_long_line_is_broken_at_a_blank_and_goes_on_deeper)
{
    CHECK_TEXT(wrap("  " SEVENTY "1234567 next\n", 0),
        "  " SEVENTY "1234567\n    next\n");
    CHECK_TEXT(wrap(SEVENTY "1234567890 next\n", 5),
        SEVENTY "1234567890\n     next\n");
}

TEST(what_has_no_blank_is_broken_all_the_same)
{
    char line[202];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = 0;
    for (const char *p = wrap(line, 0); *p != 0; p += strcspn(p, "\n") + 1)
        CHECK(strcspn(p, "\n") <= 80);
}

TEST(a_command_is_broken_by_a_backslash_outside_of_quotes)
{
    struct buffer out = {0};
    wrap_command("run again",
        "jinglespec run --target 'a very long command --with its own words' "
        "--seed 7 --case x",
        &out);
    CHECK_TEXT(buffer_text(&out),
        "run again    jinglespec run --target \\\n"
        "               'a very long command --with its own words' --seed 7 "
        "--case x\n");
    buffer_free(&out);
}
