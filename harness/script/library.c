#include "script/parser.h"

#include <stdlib.h>
#include <string.h>

struct script_library *script_library_new(void)
{
    struct script_library *library = mem_alloc(sizeof *library);
    library->arena = arena_new();
    return library;
}

void script_library_free(struct script_library *library)
{
    if (library == NULL)
        return;
    for (size_t i = 0; i < library->files.count; i++)
        vec_free(&library->files.items[i].keys);
    vec_free(&library->templates);
    vec_free(&library->files);
    vec_free(&library->scenes);
    arena_free(library->arena);
    free(library);
}

bool script_library_read(struct script_library *library, const char *path,
    const char *text, struct script_errors *errors)
{
    struct script script = {.arena = library->arena, .subject = -1};
    struct parser p = {
        .arena = library->arena, .script = &script, .errors = errors};
    struct source *source = arena_alloc(p.arena, sizeof *source);
    size_t at = 0;
    errors->found = false;
    if (source_read(&p, arena_strdup(p.arena, path), text, source))
        parse_headers(&p, &at, library);
    vec_free(&script.tags);
    vec_free(&p.names);
    return !errors->found;
}

bool script_library_add(struct script_library *library, const char *path,
    const char *text, struct error *error)
{
    struct script_errors errors = {0};
    bool good = script_library_read(library, path, text, &errors);
    if (!good && errors.items.count > 0)
        error_set(error, "%s", errors.items.items[0]);
    script_errors_free(&errors);
    return good;
}

bool script_library_check(
    const struct script_library *library, struct script_errors *errors)
{
    bool good = true;
    for (size_t i = 0; i < library->scenes.count; i++) {
        const struct scene *scene = &library->scenes.items[i];
        char *text = mem_printf("[Client] Romeo\n[Subject] Juliet\n---\n"
                                "Scene %s\n",
            scene->name);
        good &= script_check(
            scene->source->path, text, library, NULL, NULL, NULL, errors);
        free(text);
    }
    errors->found = !good;
    return good;
}
