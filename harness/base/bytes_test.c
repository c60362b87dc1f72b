#include "base/bytes.h"
#include "base/test.h"

#include <string.h>

static const char *encoded(const char *text)
{
    static struct buffer out;
    buffer_clear(&out);
    base64_encode(&out, text, strlen(text));
    return buffer_text(&out);
}

static bool decodes(const char *text, const char *want, bool lax)
{
    struct buffer out = {0};
    bool ok = base64_decode(&out, text, strlen(text), lax) &&
        strcmp(buffer_text(&out), want) == 0;
    buffer_free(&out);
    return ok;
}

TEST(base64_pads_as_rfc_4648_says)
{
    CHECK_TEXT(encoded(""), "");
    CHECK_TEXT(encoded("f"), "Zg==");
    CHECK_TEXT(encoded("fo"), "Zm8=");
    CHECK_TEXT(encoded("foobar"), "Zm9vYmFy");
}

TEST(base64_reads_what_it_writes)
{
    CHECK(decodes("Zm9vYg==", "foob", false));
    CHECK(decodes("Zm9v\n Yg==", "foob", true));
}

TEST(base64_refuses_what_is_malformed)
{
    CHECK(!decodes("Zm9vYg=", "foob", false));
    CHECK(!decodes("Zm9vY", "foo", false));
    CHECK(!decodes("Zm9v Yg==", "foob", false));
    CHECK(!decodes("Zh==", "f", false));
    CHECK(!decodes("Zg==Zg==", "ff", false));
}

TEST(base64_goes_both_ways_at_every_length)
{
    uint8_t data[300];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7 + i / 9);
    for (size_t len = 0; len <= sizeof data; len++) {
        struct buffer text = {0}, back = {0};
        base64_encode(&text, data, len);
        CHECK(base64_decode(&back, buffer_text(&text), text.len, false));
        CHECK_BYTES(back.data, back.len, data, len);
        buffer_free(&text);
        buffer_free(&back);
    }
}

TEST(base64_refuses_a_strange_character_anywhere)
{
    static const char good[] = "AbCdEfGhIjKlMnOpQrSt";
    for (size_t at = 0; at < sizeof good - 1; at++) {
        for (int c = 0; c < 256; c++) {
            char text[sizeof good];
            struct buffer out = {0};
            memcpy(text, good, sizeof good);
            text[at] = (char)c;
            bool digit = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                "uvwxyz0123456789+/",
                             c) != NULL &&
                         c != 0;
            /* "=" at the end leaves bits that are not zero: refused too. */
            CHECK(base64_decode(&out, text, sizeof good - 1, false) == digit);
            buffer_free(&out);
        }
    }
}

TEST(xml_text_is_escaped_and_made_legal)
{
    struct buffer out = {0};
    buffer_add_xml(&out, "<a&'\"\x01\xc3\xa9\xff>", 10);
    CHECK_TEXT(buffer_text(&out),
        "&lt;a&amp;&apos;&quot;\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd&gt;");
    buffer_free(&out);
}

TEST(hex_goes_both_ways)
{
    struct buffer hex = {0}, back = {0};
    hex_encode(&hex, "\x00\xff\x10", 3);
    CHECK_TEXT(buffer_text(&hex), "00ff10");
    CHECK(hex_decode(&back, "00FF10", 6));
    CHECK_BYTES(back.data, back.len, "\x00\xff\x10", 3);
    CHECK(!hex_decode(&back, "0g", 2));
    buffer_free(&hex);
    buffer_free(&back);
}

TEST(a_buffer_drops_from_its_front)
{
    struct buffer buffer = {0};
    buffer_add_text(&buffer, "abcdef");
    buffer_drop(&buffer, 4);
    CHECK_TEXT(buffer_text(&buffer), "ef");
    buffer_free(&buffer);
}
