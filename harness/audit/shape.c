#include "audit/shape.h"

#include "audit/schema.h"

#include <ctype.h>
#include <string.h>

static struct seen *see(
    struct arena *arena, struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i].name, name) == 0)
            return &names->items[i];
    struct seen seen = {.name = name, .types = SHAPE_ALL};
    list_push(arena, names, seen);
    return &names->items[names->count - 1];
}

/* Identifiers are text although an example's may be a number. */
static bool identifies(const char *name)
{
    static const char *const names[] = {"id", "sid", "cid", "name", "node",
        "nick", "ver", "version", "thread", "jid", "key", NULL};
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_number(const char *value)
{
    size_t len = strspn(value, "0123456789");
    return len > 0 && len < 10 && value[len] == '\0' &&
           (*value != '0' || len == 1);
}

/* "BASE64ENCODED...", or something long that can only be it. */
static bool is_base64(const char *value)
{
    bool upper = false, lower = false, digit = false;
    for (const char *p = value; *p != '\0'; p++) {
        upper |= isupper((unsigned char)*p) != 0;
        lower |= islower((unsigned char)*p) != 0;
        digit |= isdigit((unsigned char)*p) != 0;
    }
    return strcasestr(value, "base64") != NULL ||
           (strlen(value) >= 24 && upper && lower && digit &&
               xsd_value_ok("base64Binary", value));
}

static unsigned types_of(const char *name, const char *value)
{
    unsigned types = 0;
    value += strspn(value, " \t\r\n");
    if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
        types |= SHAPE_BOOLEAN;
    if (is_number(value) && !identifies(name))
        types |= SHAPE_NUMBER;
    if (strlen(value) > 10 && xsd_value_ok("dateTime", value))
        types |= SHAPE_DATE_TIME;
    if (is_base64(value))
        types |= SHAPE_BASE64;
    static const char *const schemes[] = {
        "urn:", "http://", "https://", "xmpp:", "cid:", NULL};
    for (size_t i = 0; schemes[i] != NULL; i++)
        if (strncmp(value, schemes[i], strlen(schemes[i])) == 0)
            types |= SHAPE_URI;
    return types;
}

static struct shape *shape_of(
    struct arena *arena, struct shapes *shapes, const char *name)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (strcmp(shapes->items[i].name, name) == 0)
            return &shapes->items[i];
    struct shape shape = {.name = name, .types = SHAPE_ALL};
    list_push(arena, shapes, shape);
    return &shapes->items[shapes->count - 1];
}

static void look_at_attributes(
    struct arena *arena, struct shape *shape, const struct tree_node *n)
{
    for (size_t i = 0; i < n->attr_count; i++) {
        const struct tree_attr *a = &n->attrs[i];
        if (strncmp(a->name, "xmlns", 5) == 0)
            continue;
        if (strcmp(a->prefix, "xml") == 0) {
            shape->language = true;
        } else if (*a->prefix != '\0') {
            shape->foreign_attributes = true;
        } else {
            struct seen *seen = see(arena, &shape->attributes, a->local);
            seen->count++;
            seen->in++;
            seen->types &= types_of(a->local, a->value);
        }
    }
}

static void look(struct arena *arena, struct shapes *shapes,
    const struct tree_node *n, const char *ns)
{
    struct shape *shape = shape_of(arena, shapes, n->local);
    shape->count++;
    const struct tree_node *parent = n->parent;
    if (parent->name != NULL && parent->ns != NULL &&
        strcmp(parent->ns, ns) == 0)
        see(arena, &shape->parents, parent->local)->count++;
    else
        shape->root = true;
    look_at_attributes(arena, shape, n);
    for (const struct tree_node *c = n->first; c != NULL; c = c->next) {
        if (c->text != NULL) {
            if (c->text[strspn(c->text, " \t\r\n")] == '\0')
                continue;
            shape->text = true;
            shape->types &= types_of(n->local, c->text);
        } else if (c->ns != NULL && strcmp(c->ns, ns) == 0) {
            struct seen *seen = see(arena, &shape->children, c->local);
            size_t here = 0;
            bool first = true;
            for (const struct tree_node *o = tree_child(n, c->local); o != NULL;
                 o = tree_next(o, c->local)) {
                first &= here > 0 || o == c;
                here++;
            }
            seen->count++;
            seen->in += first;
            seen->most = here > seen->most ? here : seen->most;
        } else {
            shape->foreign = true;
        }
    }
}

struct shapes shapes_read(
    struct arena *arena, const struct document *d, const char *ns)
{
    struct shapes shapes = {0};
    struct shown shown = {.arena = arena, .document = d, .ns = ns};
    while (shown_next(&shown))
        look(arena, &shapes, shown.node, ns);
    return shapes;
}

const struct shape *shape_find(const struct shapes *shapes, const char *name)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (strcmp(shapes->items[i].name, name) == 0)
            return &shapes->items[i];
    return NULL;
}

const char *shape_type(unsigned types)
{
    return types == SHAPE_ALL        ? "string" /* nothing seen */
           : types & SHAPE_BOOLEAN   ? "boolean"
           : types & SHAPE_NUMBER    ? "unsignedInt"
           : types & SHAPE_DATE_TIME ? "dateTime"
           : types & SHAPE_URI       ? "anyURI"
           : types & SHAPE_BASE64    ? "base64Binary"
                                     : "string";
}
