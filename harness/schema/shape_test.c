#include "schema/shape.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

static struct catalog *the_catalog(void)
{
    static struct catalog *catalog;
    if (catalog == NULL) {
        char *dir = file_join(test_source(), "schemas");
        struct error error = {{0}};
        catalog = catalog_read(dir, &error);
        free(dir);
        if (catalog == NULL)
            test_fail(__FILE__, __LINE__, "%s", error.message);
    }
    return catalog;
}

static uint64_t shape(const char *stanza)
{
    struct error error = {{0}};
    xmlDoc *doc = xml_parse(bytes_text(stanza), &error);
    CHECK(doc != NULL);
    uint64_t found = shape_of(the_catalog(), xmlDocGetRootElement(doc));
    xmlFreeDoc(doc);
    return found;
}

static uint64_t candidate(const char *attributes)
{
    char *text = mem_printf(
        "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' sid='1'>"
        "<candidate %s/></transport>",
        attributes);
    uint64_t found = shape(text);
    free(text);
    return found;
}

#define BLOCK(seq, text)                                                       \
    "<data xmlns='http://jabber.org/protocol/ibb' sid='a' seq='" seq "'>" text \
    "</data>"

TEST(a_string_belongs_to_no_shape)
{
    CHECK(shape("<message xmlns='jabber:client' to='a@b'><body>a</body>"
                "</message>") ==
          shape("<message xmlns='jabber:client' to='c@d'><body>b c</body>"
                "</message>"));
    CHECK(candidate("cid='a'") == candidate("cid='b'"));
}

TEST(each_seq_that_the_range_holds_is_of_one_shape)
{
    CHECK(shape(BLOCK("0", "YQ==")) == shape(BLOCK("65535", "YQ==")));
    CHECK(shape(BLOCK("0", "YQ==")) != shape(BLOCK("65536", "YQ==")));
    CHECK(shape(BLOCK("0", "YQ==")) != shape(BLOCK("99999", "YQ==")));
}

TEST(an_empty_string_is_another_shape_where_it_is_forbidden)
{
    CHECK(candidate("cid='a'") != candidate("cid=''"));
}

TEST(a_value_of_any_other_type_belongs_to_the_shape)
{
    CHECK(candidate("port='1'") != candidate("port='2'"));
    CHECK(candidate("type='direct'") != candidate("type='x'"));
    CHECK(candidate("jid='a@b'") != candidate("jid='a@c'"));
}

TEST(numbers_that_may_be_out_of_range_belong_to_the_shape)
{
    CHECK(shape(BLOCK("1", "YWJj")) == shape(BLOCK("9999", "YWJj")));
    CHECK(shape(BLOCK("1", "YWJj")) != shape(BLOCK("65536", "YWJj")));
    CHECK(shape(BLOCK("1", "YWJj")) != shape(BLOCK("-1", "YWJj")));
    CHECK(shape(BLOCK("1", "YWJj")) != shape(BLOCK("", "YWJj")));
}

TEST(only_base64_beyond_doubt_belongs_to_no_shape)
{
    uint64_t right = shape(BLOCK("1", "YWJj"));
    CHECK(right == shape(BLOCK("1", "YWJjZA==")));
    CHECK(right == shape(BLOCK("1", "YWJjZGU=")));
    CHECK(right != shape(BLOCK("1", "YWJjZB==")));
    CHECK(right != shape(BLOCK("1", "YWJ")));
    CHECK(right != shape(BLOCK("1", "YW=j")));
    CHECK(right != shape(BLOCK("1", "YWJ*")));
    CHECK(right != shape(BLOCK("1", "Y===")));
}

TEST(names_and_places_belong_to_the_shape)
{
    CHECK(shape("<a xmlns='u'><b/><c/></a>") !=
          shape("<a xmlns='u'><b><c/></b></a>"));
    CHECK(shape("<a xmlns='u'/>") != shape("<a xmlns='v'/>"));
    CHECK(shape("<a xmlns='u' b='c'/>") != shape("<a xmlns='u' c='b'/>"));
    CHECK(shape("<a xmlns='u'>b</a>") != shape("<a xmlns='u'>c</a>"));
}

TEST(comments_and_long_values_have_no_shape)
{
    CHECK(shape("<a xmlns='u'><!-- b --></a>") == 0);
    char *value = mem_alloc(2001);
    memset(value, 'x', 2000);
    char *text = mem_printf("<a xmlns='u' b='%s'/>", value);
    CHECK(shape(text) == 0);
    free(text);
    free(value);
}
