/* The repository's own cases: all good, and printed as they were read. */
#include "script/script.h"

#include "base/bytes.h"
#include "base/file.h"
#include "base/test.h"

#include <stdlib.h>
#include <string.h>

static bool any_key(void *owner, enum script_role role, const char *name,
    const char *value, struct error *error)
{
    (void)owner, (void)role, (void)name, (void)value, (void)error;
    return true;
}

static void read_into(struct buffer *text, const char *path)
{
    struct error error;
    buffer_clear(text);
    CHECK(file_read(path, 1 << 20, text, &error));
}

typedef void visit_fn(void *owner, const char *path);

static void each_script(const char *dir, visit_fn *visit, void *owner)
{
    char **names;
    size_t count;
    struct error error;
    CHECK(file_names(dir, &names, &count, &error));
    for (size_t i = 0; i < count; i++) {
        char *path = file_join(dir, names[i]);
        if (file_is_dir(path) && strcmp(names[i], "library") != 0)
            each_script(path, visit, owner);
        else if (strstr(names[i], ".scs") != NULL)
            visit(owner, path);
        free(path);
    }
    file_names_free(names, count);
}

static void add_to_library(void *owner, const char *path)
{
    struct buffer text = {0};
    struct error error = {{0}};
    read_into(&text, path);
    script_library_add(owner, path, buffer_text(&text), &error);
    CHECK_TEXT(error.message, "");
    buffer_free(&text);
}

static void parse(struct script_list *scripts, const char *path,
    const char *text, const struct script_library *library)
{
    struct error error = {{0}};
    script_parse(path, text, library, any_key, NULL, scripts, &error);
    CHECK_TEXT(error.message, "");
}

static void print_twice(void *owner, const char *path)
{
    struct buffer text = {0}, first = {0}, second = {0};
    struct script_list scripts = {0}, again = {0};
    read_into(&text, path);
    parse(&scripts, path, buffer_text(&text), owner);
    script_print(scripts.items.items[0], &first);
    parse(&again, path, buffer_text(&first), NULL);
    script_print(again.items.items[0], &second);
    CHECK_TEXT(buffer_text(&second), buffer_text(&first));
    CHECK_TEXT(again.items.items[0]->id, scripts.items.items[0]->id);
    for (size_t i = 0; i < scripts.items.count; i++)
        script_free(scripts.items.items[i]);
    script_free(again.items.items[0]);
    vec_free(&scripts.items);
    vec_free(&again.items);
    buffer_free(&text);
    buffer_free(&first);
    buffer_free(&second);
}

TEST(every_case_is_good_and_printed_as_it_was_read)
{
    struct script_library *library = script_library_new();
    char *cases = file_join(test_source(), "cases");
    char *dir = file_join(cases, "library");
    each_script(dir, add_to_library, library);
    each_script(cases, print_twice, library);
    free(dir);
    free(cases);
    script_library_free(library);
}
