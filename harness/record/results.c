#include "record/results.h"

#include "base/file.h"
#include "base/utf8.h"
#include "record/shape.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { RESULTS_LIMIT = 512 << 20 };

/* Writing */

static void print_members(struct buffer *out, const struct shape *shape,
    const void *object, const char *comma, int depth);

static void new_line(struct buffer *out, int depth)
{
    buffer_printf(out, "\n%*s", depth, "");
}

static void print_objects(struct buffer *out, const struct shape *shape,
    const struct any_vec *vec, int depth)
{
    buffer_add_text(out, "[");
    for (size_t i = 0; i < vec->count; i++) {
        buffer_add_text(out, i == 0 ? "" : ",");
        new_line(out, depth + 1);
        buffer_add_text(out, "{");
        print_members(out, shape, (const char *)vec->items + i * shape->size,
            "", depth + 2);
        buffer_add_text(out, "}");
    }
    buffer_add_text(out, "]");
}

static void print_texts(struct buffer *out, const struct any_vec *vec)
{
    const char *const *texts = vec->items;
    buffer_add_text(out, "[");
    for (size_t i = 0; i < vec->count; i++) {
        buffer_add_text(out, i == 0 ? "" : ", ");
        utf8_add_json(out, texts[i] == NULL ? "" : texts[i]);
    }
    buffer_add_text(out, "]");
}

/* The value of a number, bool or enum field as it stands in the struct. */
static int64_t whole(const struct field *field, const void *at)
{
    if (field->kind == FIELD_INT64)
        return *(const int64_t *)at;
    if (field->kind == FIELD_BOOL)
        return *(const bool *)at;
    int value; /* an int or an enum of its size */
    memcpy(&value, at, sizeof value);
    return value;
}

static bool is_absent(const struct field *field, const void *at)
{
    struct any_vec vec;
    switch (field->kind) {
    case FIELD_TEXT:
        return *(const char *const *)at == NULL;
    case FIELD_OBJECTS:
    case FIELD_TEXTS:
        memcpy(&vec, at, sizeof vec);
        return vec.count == 0;
    case FIELD_INT:
    case FIELD_INT64:
    case FIELD_BOOL:
        return whole(field, at) == 0;
    case FIELD_SEED:
    case FIELD_WORD:
        break;
    }
    return false;
}

static void print_value(
    struct buffer *out, const struct field *field, const void *at, int depth)
{
    struct any_vec vec;
    switch (field->kind) {
    case FIELD_TEXT:
        utf8_add_json(out,
            *(const char *const *)at == NULL ? "" : *(const char *const *)at);
        break;
    case FIELD_INT:
    case FIELD_INT64:
        buffer_printf(out, "%" PRId64, whole(field, at));
        break;
    case FIELD_BOOL:
        buffer_add_text(out, whole(field, at) ? "true" : "false");
        break;
    case FIELD_SEED:
        buffer_printf(out, "\"%" PRIu64 "\"", *(const uint64_t *)at);
        break;
    case FIELD_WORD:
        utf8_add_json(out, field->words->name((unsigned)whole(field, at)));
        break;
    case FIELD_OBJECTS:
        memcpy(&vec, at, sizeof vec);
        print_objects(out, field->item, &vec, depth);
        break;
    case FIELD_TEXTS:
        memcpy(&vec, at, sizeof vec);
        print_texts(out, &vec);
        break;
    }
}

static void print_members(struct buffer *out, const struct shape *shape,
    const void *object, const char *comma, int depth)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const void *at = (const char *)object + field->offset;
        if (!field->required && is_absent(field, at))
            continue;
        buffer_add_text(out, comma);
        /* An event is a line of its own, a case a line per member. */
        if (shape == &shape_case)
            new_line(out, depth);
        buffer_printf(out, "\"%s\": ", field->name);
        print_value(out, field, at, depth);
        comma = shape == &shape_case ? "," : ", ";
    }
}

static void print_counts(struct buffer *out, const struct record_run *run)
{
    struct record_counts counts = record_count(run);
    buffer_add_text(out, "\"counts\": {");
    for (unsigned i = 0; i <= VERDICT_ERROR; i++)
        buffer_printf(out, "\"%s\": %d, ", verdict_name((enum verdict)i),
            counts.verdicts[i]);
    buffer_printf(out, "\"known\": %d}", counts.known);
}

void results_print(const struct record_run *run, struct buffer *out)
{
    buffer_printf(out,
        "{\"format\": \"" RESULTS_FORMAT "\", \"version\": %d,\n"
        "\"environment\": {",
        RESULTS_VERSION);
    print_members(out, &shape_environment, run, "", 0);
    buffer_add_text(out, "},\n");
    print_counts(out, run);
    print_members(out, &shape_run, run, ",\n", 0);
    buffer_add_text(out, ",\n\"cases\": [");
    for (size_t i = 0; i < run->cases.count; i++) {
        buffer_add_text(out, i == 0 ? "\n{" : ",\n{");
        print_members(out, &shape_case, run->cases.items[i], "", 1);
        buffer_add_text(out, "}");
    }
    buffer_add_text(out, "]}\n");
}

bool results_write(
    const struct record_run *run, const char *path, struct error *error)
{
    struct buffer out = {0};
    results_print(run, &out);
    bool ok = file_write(path, buffer_bytes(&out), error);
    buffer_free(&out);
    return ok;
}

/* Reading */

struct reader {
    struct arena *arena;
    struct error *error;
};

static bool read_members(const struct reader *reader, const struct shape *shape,
    const json_t *json, void *object);

static bool wrong(
    const struct reader *reader, const struct field *field, const char *wanted)
{
    return error_set(reader->error, ".%s is not %s", field->name, wanted);
}

static bool read_whole(const struct reader *reader, const struct field *field,
    const json_t *json, void *at)
{
    if (!json_is_integer(json))
        return wrong(reader, field, "a whole number");
    json_int_t value = json_integer_value(json);
    if (field->kind == FIELD_INT64) {
        *(int64_t *)at = value;
        return true;
    }
    if (value < INT32_MIN || value > INT32_MAX)
        return wrong(reader, field, "a number of 32 bits");
    *(int *)at = (int)value;
    return true;
}

static bool read_seed(const struct reader *reader, const struct field *field,
    const json_t *json, void *at)
{
    const char *text = json_string_value(json);
    if (text == NULL || *text < '0' || *text > '9')
        return wrong(reader, field, "a decimal number as text");
    char *end;
    errno = 0;
    uintmax_t seed = strtoumax(text, &end, 10);
    if (*end != 0 || errno != 0 || seed > UINT64_MAX)
        return wrong(reader, field, "a decimal number of 64 bits as text");
    *(uint64_t *)at = seed;
    return true;
}

static bool read_word(const struct reader *reader, const struct field *field,
    const json_t *json, void *at)
{
    const char *name = json_string_value(json);
    unsigned value;
    if (name == NULL || !field->words->parse(name, &value))
        return wrong(reader, field, "a word of results.schema.json");
    memcpy(at, &value, sizeof value);
    return true;
}

static bool read_objects(const struct reader *reader, const struct field *field,
    const json_t *json, void *at)
{
    if (!json_is_array(json))
        return wrong(reader, field, "a list");
    struct any_vec vec = {0};
    vec.count = vec.capacity = json_array_size(json);
    size_t size = field->item->size;
    vec.items = vec.count == 0 ? NULL : mem_alloc(vec.count * size);
    memcpy(at, &vec, sizeof vec); /* the run owns it even when this fails */
    for (size_t i = 0; i < vec.count; i++) {
        if (!read_members(reader, field->item, json_array_get(json, i),
                (char *)vec.items + i * size))
            return error_prefix(reader->error, ".%s[%zu]", field->name, i);
    }
    return true;
}

static bool read_texts(const struct reader *reader, const struct field *field,
    const json_t *json, void *at)
{
    if (!json_is_array(json))
        return wrong(reader, field, "a list");
    VEC(const char *) texts = {0};
    bool ok = true;
    for (size_t i = 0; i < json_array_size(json); i++) {
        const char *text = json_string_value(json_array_get(json, i));
        ok = ok && text != NULL;
        vec_push(&texts, arena_strdup(reader->arena, text ? text : ""));
    }
    memcpy(at, &texts, sizeof texts);
    return ok || wrong(reader, field, "a list of texts");
}

static bool read_value(const struct reader *reader, const struct field *field,
    const json_t *json, void *at)
{
    switch (field->kind) {
    case FIELD_TEXT:
        if (!json_is_string(json))
            return wrong(reader, field, "text");
        *(char **)at = arena_strdup(reader->arena, json_string_value(json));
        return true;
    case FIELD_INT:
    case FIELD_INT64:
        return read_whole(reader, field, json, at);
    case FIELD_BOOL:
        if (!json_is_boolean(json))
            return wrong(reader, field, "true or false");
        *(bool *)at = json_is_true(json);
        return true;
    case FIELD_SEED:
        return read_seed(reader, field, json, at);
    case FIELD_WORD:
        return read_word(reader, field, json, at);
    case FIELD_OBJECTS:
        return read_objects(reader, field, json, at);
    case FIELD_TEXTS:
        return read_texts(reader, field, json, at);
    }
    return false;
}

static bool read_members(const struct reader *reader, const struct shape *shape,
    const json_t *json, void *object)
{
    if (!json_is_object(json))
        return error_set(reader->error, " is not an object");
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const json_t *value = json_object_get(json, field->name);
        if (value == NULL && field->required)
            return error_set(reader->error, ".%s is missing", field->name);
        if (value != NULL &&
            !read_value(reader, field, value, (char *)object + field->offset))
            return false;
    }
    return true;
}

static bool read_cases(
    const struct reader *reader, const json_t *json, struct record_run *run)
{
    const json_t *cases = json_object_get(json, "cases");
    if (!json_is_array(cases))
        return error_set(reader->error, ".cases is missing or not a list");
    for (size_t i = 0; i < json_array_size(cases); i++) {
        if (!read_members(reader, &shape_case, json_array_get(cases, i),
                record_case_new(run)))
            return error_prefix(reader->error, ".cases[%zu]", i);
    }
    return true;
}

static bool read_run(
    const struct reader *reader, const json_t *json, struct record_run *run)
{
    const char *format = json_string_value(json_object_get(json, "format"));
    const json_t *version = json_object_get(json, "version");
    if (format == NULL || strcmp(format, RESULTS_FORMAT) != 0 ||
        !json_is_integer(version))
        return error_set(reader->error,
            "not a results file of jinglespec (its \"format\" would be "
            "\"" RESULTS_FORMAT "\")");
    if (read_members(reader, &shape_environment,
            json_object_get(json, "environment"), run)) {
        if (read_members(reader, &shape_run, json, run) &&
            read_cases(reader, json, run))
            return true;
    } else {
        error_prefix(reader->error, ".environment");
    }
    if (json_integer_value(version) != RESULTS_VERSION)
        return error_prefix(reader->error,
            "written in version %" JSON_INTEGER_FORMAT
            " of the format, this jinglespec reads version %d: ",
            json_integer_value(version), RESULTS_VERSION);
    return error_prefix(reader->error, "results");
}

struct record_run *results_parse(
    struct bytes text, const char *name, struct error *error)
{
    json_error_t fault;
    json_t *json = json_loadb(
        (const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &fault);
    if (json == NULL) {
        struct buffer line = {0}; /* the message quotes the file */
        utf8_add_line(&line, fault.text, 160);
        error_set(error, "%s:%d:%d: not valid JSON: %s", name, fault.line,
            fault.column, buffer_text(&line));
        buffer_free(&line);
        return NULL;
    }
    struct record_run *run = record_run_new();
    struct reader reader = {run->arena, error};
    bool ok = read_run(&reader, json, run);
    json_decref(json);
    if (ok)
        return run;
    record_run_free(run);
    error_prefix(error, "%s: ", name);
    return NULL;
}

struct record_run *results_read(const char *path, struct error *error)
{
    struct buffer text = {0};
    struct record_run *run = NULL;
    if (file_read(path, RESULTS_LIMIT, &text, error))
        run = results_parse(buffer_bytes(&text), path, error);
    buffer_free(&text);
    return run;
}
