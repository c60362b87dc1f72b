/* Each rule that is not mere counting can be broken, and is then told: a
 * check that cannot fail proves nothing. And what is like it and right is let
 * pass: an accusation that is false is worse than none. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "base/vec.h"
#include "schema/rules.h"
#include "schema/rules_samples.h"
#include "schema/validator.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct heard {
    VEC(char *) rules;
};

static void hear(void *owner, const struct violation *violation)
{
    struct heard *heard = owner;
    vec_push(&heard->rules, mem_strdup(violation->rule_id));
}

static void heard_free(struct heard *heard)
{
    for (size_t i = 0; i < heard->rules.count; i++)
        free(heard->rules.items[i]);
    vec_free(&heard->rules);
}

static bool heard_rule(const struct heard *heard, const char *rule)
{
    for (size_t i = 0; i < heard->rules.count; i++) {
        if (strcmp(heard->rules.items[i], rule) == 0)
            return true;
    }
    return false;
}

static void judge(
    const struct validator *validator, const char *stanzas, struct heard *heard)
{
    char *text = mem_printf(
        "<stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>%s</stream:stream>",
        stanzas);
    xmlDoc *doc =
        xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NOWARNING);
    CHECK(doc != NULL);
    struct validation *validation = validation_new(validator, hear, heard);
    struct stanza_origin origin = {.jid = "a@b/c", .from_client = true};
    for (xmlNode *node = xmlDocGetRootElement(doc)->children; node != NULL;
         node = node->next) {
        const char *name = (const char *)node->name;
        if (strcmp(name, "in") == 0 || strcmp(name, "out") == 0)
            origin.from_client = strcmp(name, "out") == 0;
        else
            validation_stanza(validation, node, &origin);
    }
    validation_free(validation);
    xmlFreeDoc(doc);
    free(text);
}

static struct validator *the_validator(void)
{
    struct error error = {{0}};
    char *dir = file_join(test_source(), "schemas");
    struct validator *validator = validator_new(dir, NULL, &error);
    free(dir);
    if (validator == NULL)
        test_fail(__FILE__, __LINE__, "%s", error.message);
    return validator;
}

TEST(each_rule_is_told_when_it_is_broken)
{
    struct validator *validator = the_validator();
    unsigned deaf = 0, unfair = 0;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct heard heard = {0};
        judge(validator, samples[i].bad, &heard);
        if (!heard_rule(&heard, samples[i].rule)) {
            deaf++;
            printf("# not told: %s\n", samples[i].rule);
        }
        heard_free(&heard);
        if (samples[i].good == NULL)
            continue;
        judge(validator, samples[i].good, &heard);
        if (heard_rule(&heard, samples[i].rule)) {
            unfair++;
            printf("# told of what is right: %s\n", samples[i].rule);
        }
        heard_free(&heard);
    }
    validator_free(validator);
    CHECK_INT(deaf, 0);
    CHECK_INT(unfair, 0);
}

TEST(each_rule_has_a_sample_that_breaks_it)
{
    struct error error = {{0}};
    char *dir = file_join(test_source(), "schemas");
    struct catalog *catalog = catalog_read(dir, &error);
    struct rules *rules = rules_read(dir, catalog, &error);
    CHECK(rules != NULL);
    unsigned missing = 0;
    for (size_t i = 0; i < rules_count(rules); i++) {
        const struct rule *rule = rules_at(rules, i);
        bool found = rule->kind == RULE_CHILDREN;
        for (size_t j = 0; !found && j < sizeof samples / sizeof *samples; j++)
            found = strcmp(samples[j].rule, rule->id) == 0;
        missing += !found;
        if (!found)
            printf("# no sample: %s\n", rule->id);
    }
    rules_free(rules);
    catalog_free(catalog);
    free(dir);
    CHECK_INT(missing, 0);
}

#define SAID(to, payload)                                                      \
    "<out/><iq type='set' id='1' to='" to "'>" payload "</iq>"
#define BROUGHT(from, payload)                                                 \
    "<in/><iq type='set' id='1' from='" from "'>" payload "</iq>"
#define PASSED_ON(from, to, payload) SAID(to, payload) BROUGHT(from, payload)

TEST(what_both_parties_see_in_one_log_is_kept_apart)
{
    struct validator *validator = the_validator();
    struct heard heard = {0};
    judge(validator,
        PASSED_ON("a@b/c", "d@e/f", JINGLE(MAKE, CONTENT(JIBB("9"))))
            PASSED_ON("a@b/c", "d@e/f", OPEN("9"))
                PASSED_ON("a@b/c", "d@e/f", DATA("0", "YWJj"))
                    PASSED_ON("d@e/f", "a@b/c", DATA("0", "YWJj")),
        &heard);
    CHECK(!heard_rule(&heard, "ibb-seq"));
    CHECK(!heard_rule(&heard, "ibb-open-initiator"));
    heard_free(&heard);
    validator_free(validator);
}
