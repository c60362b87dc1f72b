#include "command/check.h"
#include "command/options.h"

#include "base/bytes.h"
#include "base/file.h"
#include "jingle/policy.h"
#include "record/requirement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_BYTES_MAX = 4 * 1024 * 1024 };

bool command_key_known(void *owner, enum script_role role, const char *name,
    const char *value, struct error *error)
{
    (void)owner, (void)role;
    struct client_policy policy = policy_default();
    /* Values of lists are put in already; others make no sense here. */
    return policy_set(&policy, name, value, error);
}

static bool is_script(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".scs") == 0;
}

static void add_error(struct script_errors *errors, const char *message)
{
    vec_push(&errors->items, mem_strdup(message));
}

static bool read_library_file(struct script_library *library, const char *path,
    struct script_errors *errors)
{
    struct buffer text = {0};
    struct error error;
    bool good = file_read(path, SCRIPT_BYTES_MAX, &text, &error);
    if (!good)
        add_error(errors, error.message);
    else
        good = script_library_read(library, path, buffer_text(&text), errors);
    buffer_free(&text);
    return good;
}

struct script_library *command_library(struct script_errors *errors)
{
    struct script_library *library = script_library_new();
    char *dir = mem_printf("%s/cases/library", command_home());
    char **names = NULL;
    size_t count = 0;
    bool good = true;
    if (file_is_dir(dir) && file_names(dir, &names, &count, NULL)) {
        for (size_t i = 0; i < count; i++) {
            char *path = file_join(dir, names[i]);
            if (is_script(names[i]))
                good &= read_library_file(library, path, errors);
            free(path);
        }
        file_names_free(names, count);
    }
    free(dir);
    if (good)
        return library;
    script_library_free(library);
    return NULL;
}

static void print_errors(const struct script_errors *errors)
{
    for (size_t i = 0; i < errors->items.count; i++)
        fprintf(stderr, "%s\n", errors->items.items[i]);
}

struct checked {
    const struct script_library *library;
    struct requirement_catalogue *catalogue;
    VEC(char *) ids; /* "id path", of the files so far */
    bool print;
};

/* Every case's id is its own. */
static bool check_ids(struct checked *checked,
    const struct script_list *scripts, struct script_errors *errors)
{
    const struct script *script = scripts->items.items[0];
    size_t len = strlen(script->base_id);
    bool good = true;
    for (size_t i = 0; i < checked->ids.count; i++) {
        const char *other = checked->ids.items[i];
        if (strncmp(other, script->base_id, len) != 0 || other[len] != ' ')
            continue;
        good = false;
        vec_push(&errors->items,
            mem_printf("%s:1:1: the id '%s' is that of %s already",
                script->path, script->base_id, other + len + 1));
    }
    char *id = mem_printf("%s %s", script->base_id, script->path);
    vec_push(&checked->ids, id);
    return good;
}

/* Returns how many cases the file makes; -1 when it has errors. */
static int check_file(
    const char *path, struct checked *checked, struct script_errors *errors)
{
    struct buffer text = {0}, printed = {0};
    struct error error;
    struct script_list scripts = {0};
    int cases = -1;
    if (!file_read(path, SCRIPT_BYTES_MAX, &text, &error)) {
        add_error(errors, error.message);
    } else if (memchr(text.data, 0, text.len) != NULL) {
        snprintf(error.message, sizeof error.message,
            "%s: the file holds a NUL byte", path);
        add_error(errors, error.message);
    } else if (script_check(path, buffer_text(&text), checked->library,
                   command_key_known, NULL, &scripts, errors)) {
        cases = (int)scripts.items.count;
        if (!check_ids(checked, &scripts, errors))
            cases = -1;
        if (checked->catalogue != NULL &&
            !check_requirements(
                checked->catalogue, scripts.items.items[0], errors))
            cases = -1;
    }
    for (size_t i = 0; i < scripts.items.count; i++) {
        if (checked->print)
            script_print(scripts.items.items[i], &printed);
        script_free(scripts.items.items[i]);
    }
    fputs(buffer_text(&printed), stdout);
    vec_free(&scripts.items);
    buffer_free(&printed);
    buffer_free(&text);
    return cases;
}

static struct requirement_catalogue *read_catalogue(
    struct script_errors *errors, int *bad)
{
    char *dir = mem_printf("%s/cases/requirements", command_home());
    struct requirement_catalogue *catalogue = NULL;
    struct error error;
    if (file_is_dir(dir) &&
        (catalogue = requirement_catalogue_read(dir, &error)) == NULL) {
        add_error(errors, error.message);
        ++*bad;
    }
    free(dir);
    return catalogue;
}

static int check_files(int argc, char **argv, bool print)
{
    struct script_errors errors = {0};
    struct script_library *library = command_library(&errors);
    int cases = 0, bad = 0;
    struct checked checked = {.library = library,
        .catalogue = read_catalogue(&errors, &bad),
        .print = print};
    if (library == NULL || !script_library_check(library, &errors))
        bad++;
    for (int i = 0; library != NULL && i < argc; i++) {
        int made = check_file(argv[i], &checked, &errors);
        bad += made < 0;
        cases += made > 0 ? made : 0;
    }
    print_errors(&errors);
    script_errors_free(&errors);
    for (size_t i = 0; i < checked.ids.count; i++)
        free(checked.ids.items[i]);
    vec_free(&checked.ids);
    requirement_catalogue_free(checked.catalogue);
    script_library_free(library);
    if (!print && bad == 0)
        printf("%d file%s good: %d case%s\n", argc, argc == 1 ? " is" : "s are",
            cases, cases == 1 ? "" : "s");
    return bad > 0 ? EXIT_UNABLE : EXIT_PASSED;
}

static void print_library(bool scenes, struct buffer *out)
{
    char *dir = mem_printf("%s/cases/library", command_home());
    char **names = NULL;
    size_t count = 0;
    script_print_library_head(scenes, out);
    if (file_is_dir(dir) && file_names(dir, &names, &count, NULL)) {
        for (size_t i = 0; i < count; i++) {
            char *path = file_join(dir, names[i]);
            struct buffer text = {0};
            struct error error;
            if (is_script(names[i]) &&
                file_read(path, SCRIPT_BYTES_MAX, &text, &error))
                script_print_library(buffer_text(&text), scenes, out);
            buffer_free(&text);
            free(path);
        }
        file_names_free(names, count);
    }
    free(dir);
}

static int print_grammar(void)
{
    struct buffer out = {0};
    script_print_grammar(&out);
    print_library(true, &out);
    print_library(false, &out);
    policy_print_reference(&out);
    fputs(buffer_text(&out), stdout);
    buffer_free(&out);
    return EXIT_PASSED;
}

static int help(FILE *out)
{
    fputs("Usage: jinglespec check [--print] FILE...\n"
          "       jinglespec check --grammar\n"
          "Reads scripts and says everything that is wrong with them, without "
          "running any.\n\n"
          "  --print     print the cases in canonical form\n"
          "  --grammar   print the reference of the case language\n"
          "  --help      print this\n",
        out);
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static int run(int argc, char **argv)
{
    static const struct option options[] = {{"print", no_argument, NULL, 'p'},
        {"grammar", no_argument, NULL, 'g'}, {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    bool print = false;
    optind = 0;
    for (int option;
         (option = option_next(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'g')
            return print_grammar();
        if (option == 'h')
            return help(stdout);
        if (option != 'p')
            return EXIT_UNABLE;
        print = true;
    }
    if (optind >= argc) {
        fputs("jinglespec check: name at least one file\n", stderr);
        return EXIT_UNABLE;
    }
    return check_files(argc - optind, argv + optind, print);
}

const struct command command_check = {"check", "[--print] FILE...",
    "read scripts and say what is wrong with them", run};
