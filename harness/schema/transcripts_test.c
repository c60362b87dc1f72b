/* The transcripts of real clients: each finding in them was checked by hand
 * against the text and stands in schemas/TRANSCRIPTS.tsv with the judgement. */
#include "base/file.h"
#include "base/memory.h"
#include "base/test.h"
#include "schema/log_lint.h"
#include "schema/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const files[] = {"dino-jet/stanzas.xml", "dino-send-s5b.xml",
    "gajim-send-ibb.xml", "libervia-libervia-plain.xml",
    "stanza-receive-ibb.xml", NULL};

struct check {
    struct table listed;
    bool *used;
    unsigned unlisted, unknown;
};

static void see(void *owner, const struct lint_finding *finding)
{
    struct check *check = owner;
    const struct violation *v = finding->violation;
    char line[24];
    snprintf(line, sizeof line, "%llu", (unsigned long long)finding->line);
    for (size_t i = 0; v != NULL && i < check->listed.count; i++) {
        const char **cells = check->listed.rows[i].cells;
        if (strcmp(cells[0], finding->file) == 0 &&
            strcmp(cells[1], line) == 0 && strcmp(cells[2], v->rule_id) == 0 &&
            strcmp(cells[3], v->xpath) == 0) {
            check->used[i] = true;
            return;
        }
    }
    check->unlisted++;
    printf("# %s\t%s\t%s\t%s\t%s\n", finding->file, line,
        v == NULL ? "broken" : v->rule_id, v == NULL ? "" : v->xpath,
        v == NULL ? finding->broken : v->message);
}

static void see_namespace(
    void *owner, const char *ns, const char *spec, uint64_t elements)
{
    struct check *check = owner;
    (void)elements;
    if (spec != NULL)
        return;
    check->unknown++;
    printf("# no schema: %s\n", ns);
}

TEST(each_finding_in_the_transcripts_was_judged_and_no_namespace_is_unknown)
{
    static const char *const columns[] = {
        "file", "line", "rule", "path", "judgement", NULL};
    struct error error = {{0}};
    struct check check = {.unlisted = 0};
    char *dir = mem_printf("%s/transcripts", test_shared_or_skip());
    char *schemas = file_join(test_source(), "schemas");
    char *list = file_join(schemas, "TRANSCRIPTS.tsv");
    struct validator *validator = validator_new(schemas, NULL, &error);
    if (validator == NULL || !table_read(list, columns, &check.listed, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    check.used = mem_alloc(check.listed.count + 1);
    struct lint *lint = lint_new(validator, NULL, see, NULL, &check);
    for (size_t i = 0; files[i] != NULL; i++) {
        struct buffer text = {0};
        char *path = file_join(dir, files[i]);
        CHECK(file_read(path, 1 << 20, &text, &error));
        lint_begin(lint, files[i]);
        lint_feed(lint, text.data, text.len);
        lint_end(lint);
        buffer_free(&text);
        free(path);
    }
    lint_namespaces(lint, see_namespace, &check);
    unsigned stale = 0;
    for (size_t i = 0; i < check.listed.count; i++) {
        stale += !check.used[i];
        if (!check.used[i])
            printf("# stale: TRANSCRIPTS.tsv:%u\n", check.listed.rows[i].line);
    }
    printf("# %llu stanzas\n", (unsigned long long)lint_counts(lint)->stanzas);
    lint_free(lint);
    validator_free(validator);
    table_free(&check.listed);
    free(check.used);
    free(list);
    free(schemas);
    free(dir);
    CHECK_INT(check.unlisted, 0);
    CHECK_INT(check.unknown, 0);
    CHECK_INT(stale, 0);
}
