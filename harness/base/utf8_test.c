#include "base/utf8.h"

#include "base/test.h"

#include <string.h>

static const char *line_of(const char *text, size_t limit)
{
    static struct buffer out;
    buffer_clear(&out);
    utf8_add_line(&out, text, limit);
    return buffer_text(&out);
}

TEST(characters_of_all_lengths_survive_a_round_trip)
{
    const char *text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
    struct buffer out = {0};
    for (size_t i = 0; i < strlen(text);) {
        uint32_t c;
        i += utf8_next(text + i, strlen(text) - i, &c);
        utf8_add(&out, c);
    }
    CHECK_TEXT(buffer_text(&out), text);
    CHECK_INT(utf8_length(text), 4);
    buffer_free(&out);
}

TEST(overlong_surrogate_and_cut_forms_are_malformed)
{
    static const char *const bad[] = {"\xc0\x80", "\xe0\x80\x80",
        "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t c;
        CHECK_INT(utf8_next(bad[i], strlen(bad[i]), &c), 1);
        CHECK_INT(c, UTF8_REPLACEMENT);
    }
}

TEST(a_line_has_no_control_characters_nor_direction_overrides)
{
    CHECK_TEXT(line_of("a\nb\tc\x1b[1m\xe2\x80\xae", 0),
        "a b c\xef\xbf\xbd[1m\xef\xbf\xbd");
}

TEST(a_long_line_is_cut_between_characters)
{
    CHECK_TEXT(
        line_of("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 4), "\xc3\xa4...");
    CHECK_TEXT(line_of("abcd", 4), "abcd");
}

TEST(json_escapes_what_could_end_a_string_or_a_script)
{
    struct buffer out = {0};
    utf8_add_json(&out, "</script>\"\\\n\x01\xff");
    CHECK_TEXT(
        buffer_text(&out), "\"\\u003c/script>\\\"\\\\\\n\\u0001\xef\xbf\xbd\"");
    buffer_free(&out);
}
