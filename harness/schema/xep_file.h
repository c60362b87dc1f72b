/* What a XEP's source prints as code: its examples and its schemas. Entities
 * of its own are resolved; nothing else is loaded. */
#ifndef JS_XEP_FILE_H
#define JS_XEP_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct xep_code {
    const char *caption; /* "" when it has none */
    unsigned example;    /* number among the examples, from 1; 0: <code/> */
    int line;            /* of the element in the file */
    const char *text;
};

struct xep_file {
    struct arena *arena;
    char number[5];      /* "0166" */
    const char *version; /* the newest revision's */
    struct xep_code *codes;
    size_t count;
};

/* Free with xep_file_free. */
bool xep_file_read(const char *path, struct xep_file *out, struct error *error);
void xep_file_free(struct xep_file *file);
/* Is the text a schema? Its target namespace is copied to out then. */
bool xep_code_is_schema(const struct xep_code *code, char *out, size_t max);

#endif
