/* The shape of results.json: one table per struct of record.h, from which
 * the writer, the reader and the published JSON Schema are all made, so that
 * they cannot drift apart. */
#ifndef JS_SHAPE_H
#define JS_SHAPE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>

enum field_kind {
    FIELD_TEXT,
    FIELD_INT,   /* int */
    FIELD_INT64, /* int64_t */
    FIELD_BOOL,
    FIELD_SEED,    /* uint64_t, as decimal text: JSON numbers lose digits */
    FIELD_WORD,    /* an enum, by the names of words */
    FIELD_OBJECTS, /* VEC(struct of shape item) */
    FIELD_TEXTS,   /* VEC(const char *) */
};

/* The names of an enum: name gives "?" for one that does not exist. */
struct words {
    const char *(*name)(unsigned value);
    bool (*parse)(const char *name, unsigned *value);
};

struct shape;

struct field {
    const char *name; /* in JSON and in the struct */
    enum field_kind kind;
    bool required;
    size_t offset;
    const struct words *words;
    const struct shape *item;
    const char *about;
};

struct shape {
    const char *name;
    size_t size;
    const struct field *fields;
    size_t count;
};

/* What any VEC looks like in memory. */
struct any_vec {
    void *items;
    size_t count, capacity;
};

extern const struct shape shape_environment, shape_run, shape_case;

/* The version that is written; readers take any in which the required fields
 * are there. It grows when a field changes its meaning. */
enum { RESULTS_VERSION = 1 };
#define RESULTS_FORMAT "jinglespec results"

/* Appends the JSON Schema (draft 2020-12) of results.json. */
void shape_print_schema(struct buffer *out);

#endif
