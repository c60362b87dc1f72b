/* The examples of the mission's XEPs against our schemas: each is valid, or
 * schemas/EXAMPLES.tsv says why it is not. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "schema/log_lint.h"
#include "schema/table.h"
#include "schema/xep_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mission[] = {"0047", "0065", "0166", "0234", "0260",
    "0261", "0264", "0300", "0353", "0358", "0380", "0384", "0391", "0396",
    "0420", NULL};

struct seen {
    const struct table *listed;
    bool *used;
    struct xep_file xep;
    const struct xep_code *code;
    unsigned examples, stanzas, unlisted;
};

static void see_stanza(
    void *owner, const struct log_item *item, xmlNode *stanza)
{
    (void)item;
    struct seen *seen = owner;
    (void)stanza;
    seen->stanzas++;
}

static void see(void *owner, const struct lint_finding *finding)
{
    struct seen *seen = owner;
    const struct violation *v = finding->violation;
    if (v != NULL && v->severity != SEVERITY_MUST)
        return;
    if (v != NULL && (strcmp(v->rule_id, "stream-child") == 0 ||
                         strcmp(v->rule_id, "restricted-xml") == 0))
        return; /* a fragment; the author's comment */
    const char *rule = v == NULL ? "broken" : v->rule_id;
    const char *path = v == NULL ? "" : v->xpath;
    char number[16];
    snprintf(number, sizeof number, "%u", seen->code->example);
    for (size_t i = 0; i < seen->listed->count; i++) {
        const char **cells = seen->listed->rows[i].cells;
        if (strcmp(cells[0], seen->xep.number) == 0 &&
            strcmp(cells[1], number) == 0 && strcmp(cells[2], rule) == 0 &&
            strcmp(cells[3], path) == 0) {
            seen->used[i] = true;
            return;
        }
    }
    seen->unlisted++;
    printf("# %s\t%s\t%s\t%s\t%s (line %d)\n", seen->xep.number, number, rule,
        path, v == NULL ? finding->broken : v->message, seen->code->line);
}

static void look_at_xep(struct seen *seen, const char *dir, const char *number,
    const struct validator *validator)
{
    struct error error = {{0}};
    char *path = mem_printf("%s/xep-%s.xml", dir, number);
    if (!xep_file_read(path, &seen->xep, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    for (size_t i = 0; i < seen->xep.count; i++) {
        seen->code = &seen->xep.codes[i];
        if (seen->code->example == 0)
            continue;
        seen->examples++;
        /* Each example stands for itself: they contradict one another. */
        struct lint *lint = lint_new(validator, NULL, see, see_stanza, seen);
        lint_begin(lint, path);
        lint_feed(lint, seen->code->text, strlen(seen->code->text));
        lint_end(lint);
        lint_free(lint);
    }
    xep_file_free(&seen->xep);
    free(path);
}

TEST(each_example_of_the_mission_is_valid_or_listed_with_the_reason)
{
    static const char *const columns[] = {
        "xep", "example", "rule", "path", "reason", NULL};
    const char *dir = test_xeps_or_skip();
    struct error error = {{0}};
    struct table listed;
    char *schemas = file_join(test_source(), "schemas");
    char *path = file_join(schemas, "EXAMPLES.tsv");
    struct validator *validator = validator_new(schemas, NULL, &error);
    if (validator == NULL || !table_read(path, columns, &listed, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    struct seen seen = {.listed = &listed, .used = mem_alloc(listed.count + 1)};
    for (size_t i = 0; mission[i] != NULL; i++)
        look_at_xep(&seen, dir, mission[i], validator);
    unsigned stale = 0;
    for (size_t i = 0; i < listed.count; i++) {
        stale += !seen.used[i];
        if (!seen.used[i])
            printf("# stale: EXAMPLES.tsv:%u\n", listed.rows[i].line);
    }
    printf("# %u examples, %u stanzas\n", seen.examples, seen.stanzas);
    free(seen.used);
    table_free(&listed);
    validator_free(validator);
    free(path);
    free(schemas);
    CHECK(seen.stanzas > 150);
    CHECK_INT(seen.unlisted, 0);
    CHECK_INT(stale, 0);
}
