/* What libxml2's validator says, made readable: which element, which
 * attribute, what is wrong. */
#ifndef JS_COMPLAINT_H
#define JS_COMPLAINT_H

#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <stdbool.h>

struct complaint {
    const xmlNode *element;
    char attribute[128]; /* "" when it is about the element */
    char message[768];
    int code;
};

/* False when it is nothing about an element of the stanza. */
bool complaint_read(const xmlError *error, struct complaint *out);
/* libxml2 first names the facet that failed and then says that the value is
 * not of its type: is next such a repetition of last? */
bool complaint_repeats(
    const struct complaint *last, const struct complaint *next);

#endif
