#include "schema/complaint.h"

#include <stdio.h>
#include <string.h>

/* Where a mark that says nothing to the reader ends, or NULL: "{namespace}"
 * before a name (path and namespace are told beside), "[facet '...'] ". */
static const char *noise_end(const char *text, const char *at)
{
    if (strncmp(at, "[facet '", 8) == 0) {
        const char *end = strchr(at, ']');
        return end == NULL ? NULL : end + 1 + (end[1] == ' ');
    }
    bool before_name = at > text && strchr("' #r", at[-1]) != NULL;
    if (*at != '{' || !before_name || at[1] == '\'')
        return NULL; /* {'a', 'b'} are the values allowed */
    const char *end = strchr(at, '}');
    return end == NULL ? NULL : end + 1;
}

static void tidy(char *text)
{
    char *to = text;
    for (const char *from = text; *from != 0;) {
        const char *end = noise_end(text, from);
        if (end == NULL)
            *to++ = *from++;
        else
            from = end;
    }
    *to = 0;
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
        text[--len] = 0;
}

/* "Element '{ns}name', attribute 'x': " is said by the path already. */
static const char *without_subject(const char *message)
{
    if (strncmp(message, "Element '", 9) != 0)
        return message;
    const char *colon = strstr(message, "': ");
    return colon == NULL ? message : colon + 3;
}

/* libxml2 names the attribute in its text alone: "Element 'x', attribute 'y': "
 * or "The attribute 'y' is ...". */
static void find_attribute(const char *message, struct complaint *out)
{
    const char *at = strstr(message, "', attribute '");
    if (at != NULL && strncmp(message, "Element '", 9) == 0)
        at += 14;
    else if ((at = strstr(message, "The attribute '")) != NULL)
        at += 15;
    else
        return;
    if (*at == '{' && strchr(at, '}') != NULL)
        at = strchr(at, '}') + 1;
    snprintf(out->attribute, sizeof out->attribute, "%.*s",
        (int)strcspn(at, "'"), at);
}

bool complaint_read(const xmlError *error, struct complaint *out)
{
    const xmlNode *node = error->node;
    *out = (struct complaint){.code = error->code};
    if (node != NULL && node->type == XML_ATTRIBUTE_NODE)
        node = node->parent;
    if (node == NULL || node->type != XML_ELEMENT_NODE)
        return false;
    out->element = node;
    const char *message = error->message == NULL ? "" : error->message;
    find_attribute(message, out);
    snprintf(out->message, sizeof out->message, "%s", without_subject(message));
    tidy(out->message);
    return true;
}

bool complaint_repeats(
    const struct complaint *last, const struct complaint *next)
{
    return last->element == next->element &&
           strcmp(last->attribute, next->attribute) == 0 &&
           strstr(next->message, "is not a valid value of") != NULL &&
           strstr(last->message, "is not a valid value of") == NULL;
}
