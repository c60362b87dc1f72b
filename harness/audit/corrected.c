#include "audit/corrected.h"

#include "base/file.h"

#include <string.h>

enum { CHANGES_MAX = 4 << 20, COLUMNS = 5 };

static void report(struct checkout *c, char *const columns[COLUMNS])
{
    struct arena *arena = c->arena;
    const char *component = columns[1];
    const char *end = strchr(component, '}');
    if (component[0] != '{' || end == NULL)
        return;
    const char *ns =
        arena_strndup(arena, component + 1, (size_t)(end - component) - 1);
    for (size_t i = 0; i < c->documents.count; i++) {
        const struct document *d = c->documents.items[i];
        if (!c->wanted.items[i] || strcmp(d->number, columns[0]) != 0)
            continue;
        const struct schema *s = published_find(&c->audit->catalog, ns, d);
        if (s == NULL || s->document != d)
            continue;
        struct finding *f = finding_add(c->audit->findings, d,
            s->text.origin[s->root->at], SEVERITY_NOTE, "corrected", ns,
            end + 1, columns[3],
            arena_printf(arena,
                "the published schema says \"%s\", the corrected one of this "
                "suite \"%s\"",
                columns[2], columns[3]));
        if (f != NULL)
            finding_evidence(c->audit->findings, f, "XEP-%s section %s",
                columns[0], columns[4]);
    }
}

void corrected_check(struct checkout *c)
{
    if (c->schemas == NULL)
        return;
    char *path = file_join(c->schemas, "CHANGES.tsv");
    struct buffer text = {0};
    if (file_exists(path) && file_read(path, CHANGES_MAX, &text, NULL)) {
        char *save = NULL;
        char *all = arena_strdup(c->arena, buffer_text(&text));
        for (char *line = strtok_r(all, "\n", &save); line != NULL;
             line = strtok_r(NULL, "\n", &save)) {
            char *columns[COLUMNS];
            size_t count = 0;
            char *field = line;
            while (count < COLUMNS && field != NULL) {
                columns[count++] = strsep(&field, "\t");
            }
            if (*line != '#' && count == COLUMNS)
                report(c, columns);
        }
    }
    buffer_free(&text);
    free(path);
}
