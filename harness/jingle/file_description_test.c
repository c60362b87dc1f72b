#include "base/memory.h"
#include "base/test.h"
#include "jingle/file_description.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdlib.h>
#include <string.h>

static bool read(struct file_description *file, const char *inside)
{
    char *text = mem_printf("<file xmlns='" NS_FILE "'>%s</file>", inside);
    xmlDocPtr document = xml_parse(bytes_text(text), NULL);
    memset(file, 0, sizeof *file);
    bool good = file_description_read(file, xmlDocGetRootElement(document));
    xmlFreeDoc(document);
    free(text);
    return good;
}

static void check_malformed(const char *inside)
{
    struct file_description file;
    CHECK(!read(&file, inside));
    file_description_clear(&file);
}

TEST(every_part_is_read)
{
    struct file_description file;
    CHECK(read(&file,
        "<date>2015-07-26T21:46:00+01:00</date><desc>A &lt;poem&gt;</desc>"
        "<media-type>text/plain</media-type><name>p.txt</name>"
        "<range offset='10' length='20'/><size> 6144\n</size>"
        "<hash xmlns='" NS_HASHES
        "' algo='sha-1'>w0mcJylzCn+AfvuGdqkty2+KP48=</hash>"
        "<hash-used xmlns='" NS_HASHES "' algo='sha-256'/>"
        "<hash xmlns='" NS_HASHES "' algo='whirlpool'>AAAA</hash>"));
    CHECK_TEXT(file.name, "p.txt");
    CHECK_INT(file.description_count, 1);
    CHECK_TEXT(file.descriptions[0].text, "A <poem>");
    CHECK(!file.descriptions[0].language);
    CHECK_TEXT(file.media_type, "text/plain");
    CHECK_INT(file.size, 6144);
    CHECK_INT(file.range.offset, 10);
    CHECK_INT(file.range.length, 20);
    CHECK_INT(file.modified_s, 1437943560);
    CHECK_INT(file.hashes, 1u << DIGEST_SHA1);
    CHECK_INT(file.used, 1u << DIGEST_SHA256);
    CHECK_INT(file.values[DIGEST_SHA1][0], 0xc3);
    file_description_clear(&file);
}

TEST(descriptions_of_several_languages_go_both_ways)
{
    struct file_description file, copy, again;
    CHECK(read(&file, "<desc>poem</desc><desc xml:lang='de'>Gedicht</desc>"
                      "<desc xml:lang='en'>a &amp; b</desc>"
                      "<desc xml:lang='DE'>zwei</desc><desc>two</desc>"));
    CHECK_INT(file.description_count, 3);
    file_description_copy(&copy, &file);
    file_description_clear(&file);
    struct buffer out = {0};
    file_description_write(&copy, false, &out);
    CHECK(strstr(buffer_text(&out),
              "<desc>poem</desc><desc xml:lang='de'>Gedicht</desc>"
              "<desc xml:lang='en'>a &amp; b</desc>") != NULL);
    char *inside =
        mem_strndup(buffer_text(&out) + 6, out.len - strlen("<file></file>"));
    CHECK(read(&again, inside));
    CHECK_INT(again.description_count, 3);
    CHECK_TEXT(again.descriptions[1].language, "de");
    CHECK_TEXT(again.descriptions[2].text, "a & b");
    file_description_clear(&again);
    file_description_clear(&copy);
    free(inside);
    buffer_free(&out);
}

TEST(a_hundred_descriptions_are_too_many)
{
    struct file_description file = {0};
    char language[8];
    for (int i = 0; i < 100; i++) {
        snprintf(language, sizeof language, "x-%d", i);
        file_description_add_text(&file, language, "text");
    }
    CHECK_INT(file.description_count, FILE_TEXTS_MAX);
    file_description_clear(&file);
}

TEST(what_is_written_can_be_read)
{
    struct file_description file, again;
    CHECK(read(&file, "<name>a&amp;b</name><size>5</size><range/>"
                      "<hash-used xmlns='" NS_HASHES "' algo='sha3-256'/>"
                      "<date>1969-07-21T02:56:15Z</date>"));
    for (int reversed = 0; reversed < 2; reversed++) {
        struct buffer out = {0};
        file_description_write(&file, reversed, &out);
        const char *text = buffer_text(&out);
        char *inside = mem_strndup(text + 6, out.len - 6 - 7);
        CHECK(read(&again, inside));
        CHECK_TEXT(again.name, "a&b");
        CHECK_INT(again.size, 5);
        CHECK_INT(again.used, 1u << DIGEST_SHA3_256);
        CHECK(again.range.present && !again.range.has_length);
        CHECK_INT(again.modified_s, file.modified_s);
        file_description_clear(&again);
        free(inside);
        buffer_free(&out);
    }
    file_description_clear(&file);
}

TEST(an_empty_hash_counts_as_hash_used)
{
    struct file_description file;
    CHECK(read(&file, "<hash xmlns='" NS_HASHES "' algo='sha-256'/>"));
    CHECK_INT(file.hashes, 0);
    CHECK_INT(file.used, 1u << DIGEST_SHA256);
}

TEST(malformed_sizes_ranges_and_hashes_are_refused)
{
    check_malformed("<size>-1</size>");
    check_malformed("<size>ten</size>");
    check_malformed("<size/>");
    check_malformed("<size>99999999999999999999</size>");
    check_malformed("<range offset='x'/>");
    check_malformed("<range length='-5'/>");
    check_malformed("<hash xmlns='" NS_HASHES "'>AAAA</hash>");
    check_malformed("<hash xmlns='" NS_HASHES "' algo='sha-1'>AAAA</hash>");
    check_malformed("<hash xmlns='" NS_HASHES "' algo='sha-1'>A=A</hash>");
}
