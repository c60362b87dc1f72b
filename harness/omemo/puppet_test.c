#include "omemo/puppet.h"

#include "base/test.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

struct stage {
    struct omemo_pool *pool;
    struct omemo_device *romeo, *juliet;
    xmlDoc *bundle; /* Juliet's */
    struct error error;
};

static xmlDoc *tree(struct buffer *text)
{
    struct error error;
    xmlDoc *doc = xml_parse(buffer_bytes(text), &error);
    if (doc == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    buffer_free(text);
    return doc;
}

static struct stage stage_new(void)
{
    struct stage stage = {.pool = omemo_pool_new()};
    omemo_pool_fill(stage.pool, 1);
    stage.romeo = omemo_pool_take(stage.pool);
    stage.juliet = omemo_pool_take(stage.pool);
    struct buffer text = {0};
    omemo_puppet_bundle(stage.juliet, &text);
    stage.bundle = tree(&text);
    return stage;
}

static void stage_free(struct stage *stage)
{
    omemo_device_free(stage->romeo);
    omemo_device_free(stage->juliet);
    omemo_pool_free(stage->pool);
    xmlFreeDoc(stage->bundle);
}

static xmlDoc *wrap(struct stage *stage, const struct omemo_wrapping *wrapping)
{
    const struct omemo_recipient to = {"j@x", omemo_device_id(stage->juliet),
        xmlDocGetRootElement(stage->bundle)};
    struct buffer out = {0};
    if (!omemo_puppet_wrap(stage->romeo, &to, 1, bytes_text("0123456789abcdef"),
            bytes_text("twelve bytes"), wrapping, &out, &stage->error))
        test_fail(__FILE__, __LINE__, "%s", stage->error.message);
    return tree(&out);
}

static bool unwrap(struct stage *stage, xmlDoc *doc)
{
    struct omemo_unwrapped got = {.sid = 0};
    bool done = omemo_puppet_unwrap(
        stage->juliet, "r@x", xmlDocGetRootElement(doc), &got, &stage->error);
    if (done) {
        CHECK_TEXT(buffer_text(&got.key), "0123456789abcdef");
        CHECK_TEXT(buffer_text(&got.iv), "twelve bytes");
    }
    omemo_unwrapped_free(&got);
    xmlFreeDoc(doc);
    return done;
}

TEST(a_puppet_wraps_and_unwraps_a_key)
{
    struct stage stage = stage_new();
    CHECK(unwrap(&stage, wrap(&stage, NULL)));
    CHECK(unwrap(&stage, wrap(&stage, NULL)));
    stage_free(&stage);
}

TEST(deviations_are_as_asked)
{
    struct stage stage = stage_new();
    struct omemo_wrapping corrupt = {.corrupt = true};
    CHECK(!unwrap(&stage, wrap(&stage, &corrupt)));
    struct omemo_wrapping no_iv = {.no_iv = true};
    CHECK(!unwrap(&stage, wrap(&stage, &no_iv)));
    CHECK_TEXT(stage.error.message, "<header/> has no <iv/>");
    struct omemo_wrapping rid = {.rid = 4711};
    CHECK(!unwrap(&stage, wrap(&stage, &rid)));
    struct omemo_wrapping ns = {.ns = "urn:xmpp:omemo:2"};
    CHECK(!unwrap(&stage, wrap(&stage, &ns)));
    struct omemo_wrapping unmarked = {.prekey_unmarked = true};
    xmlDoc *doc = wrap(&stage, &unmarked);
    CHECK(xml_attr(xml_find(xmlDocGetRootElement(doc), NULL, NULL, "key"),
              "prekey") == NULL);
    CHECK(unwrap(&stage, doc));
    stage_free(&stage);
}

TEST(the_recipients_are_listed)
{
    struct stage stage = stage_new();
    xmlDoc *doc = wrap(&stage, NULL);
    uint32_t *rids = NULL;
    size_t count = 0;
    CHECK(omemo_puppet_recipients(
        xmlDocGetRootElement(doc), &rids, &count, &stage.error));
    CHECK_INT(count, 1);
    CHECK_INT(rids[0], omemo_device_id(stage.juliet));
    free(rids);
    xmlFreeDoc(doc);
    stage_free(&stage);
}
