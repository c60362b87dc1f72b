#include "command/suite.h"

#include "base/file.h"
#include "base/suggest.h"
#include "subject/subject.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_LIMIT = 4 << 20 };

static bool ends_with(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

static bool key_known(void *owner, enum script_role role, const char *name,
    const char *value, struct error *error)
{
    (void)owner;
    if (role != ROLE_SUBJECT)
        return error_set(error, "there is no header key '%s'", name);
    /* A value that is put in later is checked then. */
    if (strstr(value, "${") != NULL) {
        struct error ignored;
        return subject_key_check(name, value, &ignored) ||
               strstr(ignored.message, value) != NULL ||
               error_set(error, "%s", ignored.message);
    }
    return subject_key_check(name, value, error);
}

typedef bool file_fn(void *owner, const char *path);

/* Calls fn for every *.scs below path, in order. */
static bool walk(const char *path, const char *skip, file_fn *fn, void *owner)
{
    char **names;
    size_t count;
    struct error error = {{0}};
    if (!file_is_dir(path))
        return fn(owner, path);
    if (!file_names(path, &names, &count, &error)) {
        fprintf(stderr, "jinglespec: %s\n", error.message);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        char *inner = file_join(path, names[i]);
        bool skipped = skip != NULL && strcmp(names[i], skip) == 0;
        if (!skipped && (file_is_dir(inner) || ends_with(inner, ".scs")))
            ok = walk(inner, NULL, fn, owner) && ok;
        free(inner);
    }
    file_names_free(names, count);
    return ok;
}

static bool load_library(void *owner, const char *path)
{
    struct suite *suite = owner;
    struct buffer text = {0};
    struct error error = {{0}};
    bool ok =
        file_read(path, SCRIPT_LIMIT, &text, &error) &&
        script_library_add(suite->library, path, buffer_text(&text), &error);
    if (!ok)
        fprintf(stderr, "%s\n", error.message);
    buffer_free(&text);
    return ok;
}

static bool load_script(void *owner, const char *path)
{
    struct suite *suite = owner;
    struct buffer text = {0};
    struct error error = {{0}};
    bool ok = file_read(path, SCRIPT_LIMIT, &text, &error) &&
              script_parse(path, buffer_text(&text), suite->library, key_known,
                  NULL, &suite->scripts, &error);
    if (!ok)
        fprintf(stderr, "%s\n", error.message);
    buffer_free(&text);
    return ok;
}

static int by_id(const void *a, const void *b)
{
    const struct script *x = *(struct script *const *)a;
    const struct script *y = *(struct script *const *)b;
    return strcmp(x->id, y->id);
}

static bool ids_differ(const struct suite *suite)
{
    bool ok = true;
    for (size_t i = 1; i < suite->scripts.items.count; i++) {
        const struct script *a = suite->scripts.items.items[i - 1];
        const struct script *b = suite->scripts.items.items[i];
        if (strcmp(a->id, b->id) != 0)
            continue;
        fprintf(stderr,
            "%s: the id '%s' stands in %s too; give one of them another "
            "'## id:'\n",
            b->path, b->id, a->path);
        ok = false;
    }
    return ok;
}

bool suite_load(struct suite *suite, const char *home, const char *const *paths,
    size_t count)
{
    suite->library = script_library_new();
    char *library = mem_printf("%s/cases/library", home);
    bool ok = !file_is_dir(library) || walk(library, NULL, load_library, suite);
    free(library);
    char *all = file_join(home, "cases");
    if (ok && count == 0)
        ok = walk(all, "library", load_script, suite);
    free(all);
    for (size_t i = 0; i < count; i++) {
        if (!file_exists(paths[i])) {
            fprintf(
                stderr, "jinglespec: %s: there is no such file\n", paths[i]);
            ok = false;
        } else {
            ok = walk(paths[i], "library", load_script, suite) && ok;
        }
    }
    if (suite->scripts.items.count > 1)
        qsort(suite->scripts.items.items, suite->scripts.items.count,
            sizeof *suite->scripts.items.items, by_id);
    return ids_differ(suite) && ok;
}

void suite_free(struct suite *suite)
{
    for (size_t i = 0; i < suite->scripts.items.count; i++)
        script_free(suite->scripts.items.items[i]);
    vec_free(&suite->scripts.items);
    script_library_free(suite->library);
}

/* Named whole: chosen whatever its tags are. */
static bool is_name(const char *name, const struct script *script)
{
    return strcmp(name, script->id) == 0 || strcmp(name, script->base_id) == 0;
}

static bool named_whole(
    const struct suite_choice *choice, const struct script *script)
{
    for (size_t i = 0; i < choice->cases.count; i++) {
        if (is_name(choice->cases.items[i], script))
            return true;
    }
    return false;
}

static bool fits(const char *pattern, const struct script *script)
{
    bool wild = strpbrk(pattern, "*?[") != NULL;
    return wild ? fnmatch(pattern, script->id, 0) == 0
                : strstr(script->id, pattern) != NULL;
}

static bool fits_patterns(
    const struct suite_choice *choice, const struct script *script)
{
    for (size_t i = 0; i < choice->patterns.count; i++) {
        if (fits(choice->patterns.items[i], script))
            return true;
    }
    return choice->patterns.count == 0 && choice->cases.count == 0;
}

bool suite_chosen(
    const struct suite_choice *choice, const struct script *script)
{
    static const char *const on_demand[] = {"slow", "bench"};
    if (named_whole(choice, script))
        return true;
    for (size_t i = 0; i < choice->tags.count; i++) {
        const char *tag = choice->tags.items[i];
        bool unwanted = tag[0] == '!';
        if (script_has_tag(script, unwanted ? tag + 1 : tag) == unwanted)
            return false;
    }
    for (size_t i = 0; i < sizeof on_demand / sizeof *on_demand; i++) {
        bool asked = false;
        for (size_t k = 0; k < choice->tags.count; k++)
            asked |= strcmp(choice->tags.items[k], on_demand[i]) == 0;
        if (!asked && script_has_tag(script, on_demand[i]))
            return false;
    }
    return fits_patterns(choice, script);
}

typedef bool fits_fn(const char *word, const struct script *script);

static bool has(
    const struct suite *suite, const char *word, fits_fn *fn, const char *what)
{
    struct suggest suggest = {.typed = word};
    for (size_t i = 0; i < suite->scripts.items.count; i++) {
        const struct script *script = suite->scripts.items.items[i];
        if (fn(word, script))
            return true;
        suggest_try(&suggest, script->base_id);
        suggest_try(&suggest, script->id);
    }
    fprintf(stderr, "jinglespec: there is no case %s'%s'", what, word);
    size_t len = strlen(word);
    bool file = strchr(word, '/') != NULL ||
                (len > 4 && strcmp(word + len - 4, ".scs") == 0);
    if (file)
        fprintf(stderr, "; a script is run by --file %s\n", word);
    else if (suggest.best != NULL)
        fprintf(stderr, "; did you mean '%s'? jinglespec list shows all\n",
            suggest.best);
    else
        fprintf(stderr, "; jinglespec list shows all\n");
    return false;
}

bool suite_has_named(
    const struct suite *suite, const struct suite_choice *choice)
{
    bool ok = true;
    for (size_t i = 0; i < choice->cases.count; i++)
        ok &= has(suite, choice->cases.items[i], is_name, "");
    for (size_t i = 0; i < choice->patterns.count; i++)
        ok &= has(suite, choice->patterns.items[i], fits, "whose id fits ");
    return ok;
}

void suite_choice_free(struct suite_choice *choice)
{
    vec_free(&choice->cases);
    vec_free(&choice->patterns);
    vec_free(&choice->tags);
}
