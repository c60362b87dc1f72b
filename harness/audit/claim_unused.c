/* What the schema declares and nobody uses or describes. */
#include "audit/claim.h"

#include <ctype.h>
#include <string.h>

/* So many examples without it tell that it is left over; fewer, that nobody
 * showed it. */
enum { FEW_INSTANCES = 2, INSTANCES = 6, MANY_INSTANCES = 15 };

/* Whether a sentence speaks of an attribute of the element: the last element
 * that it names before the attribute, or any that it names behind it. */
static bool says_of(
    const char *sentence, const char *element, const char *attribute)
{
    /* "the optional writable attribute", in bold rather than in quotes */
    const char *plain = strstr(sentence, attribute);
    if (plain != NULL &&
        strncmp(plain + strlen(attribute), " attribute", 10) == 0)
        return true;
    size_t n = strlen(element);
    if (!text_has(sentence, attribute, true) ||
        strstr(sentence, "MUST NOT") != NULL)
        return false;
    for (const char *at = strstr(sentence, attribute); at != NULL;
         at = strstr(at + 1, attribute)) {
        const char *tag = at;
        while (tag > sentence &&
               !(tag[0] == '<' && isalpha((unsigned char)tag[1])))
            tag--;
        if (*tag == '<' && strncmp(tag + 1, element, n) == 0 &&
            !isalnum((unsigned char)tag[n + 1]) && tag[n + 1] != '-')
            return true;
        const char *behind = strstr(at, element);
        if (*tag != '<' && behind != NULL && behind[-1] == '<')
            return true;
        const char *of = strstr(at, " of ");
        if (of != NULL && of - at < 40 && text_has(of, element, true))
            return true;
    }
    return false;
}

/* Whether the text describes the attribute. */
static bool spoken_of(
    const struct claims *c, const char *element, const char *attribute)
{
    /* A name that one element has alone may be spoken of without it. */
    size_t holders = 0;
    for (size_t i = 0; i < c->elements.count; i++)
        holders += attribute_use_find(
                       &c->elements.items[i].attributes, "", attribute) != NULL;
    bool alone = holders < 4;
    if (alone && prose_has_word(c->prose, attribute) != NULL)
        return true;
    for (size_t i = 0; i < c->prose->count; i++) {
        const char *text = c->prose->items[i].text;
        if (!text_has(text, attribute, false))
            continue;
        const char *term = claim_name(c->audit->arena, text);
        if (term != NULL && strcmp(term, attribute) == 0)
            return true; /* a cell or term of its own */
        for (const char *at = text; *at != '\0';) {
            const char *end = at;
            while (*end != '\0' && !(end[0] == '.' && end[1] == ' ' &&
                                       isupper((unsigned char)end[2])))
                end++;
            const char *sentence =
                arena_strndup(c->audit->arena, at, (size_t)(end - at));
            if (says_of(sentence, element, attribute))
                return true;
            at = *end == '\0' ? end : end + 2;
        }
    }
    return false;
}

/* What every stanza and stream has needs no word. */
static bool of_stanzas(const char *name)
{
    static const char *const names[] = {
        "id", "to", "from", "type", "version", NULL};
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Whether the name stands nowhere in the document but in its schemas: no
 * word, no example, and no documentation beside the declaration. What a group
 * or type is shared for may be described as a whole. */
static bool unheard_of(const struct claims *c, const struct attribute_use *use)
{
    if (prose_has_word(c->prose, use->name) != NULL || use->node == NULL ||
        tree_child(use->node, "annotation") != NULL ||
        strchr(schema_path(c->audit->arena, use->node), ':') != NULL)
        return false;
    for (size_t i = 0; i < c->document->blocks.count; i++) {
        const struct block *b = &c->document->blocks.items[i];
        if (strstr(b->text.data, "XMLSchema") == NULL &&
            text_has(b->text.data, use->name, false))
            return false;
    }
    return true;
}

void claims_find_unused(struct claims *c)
{
    for (size_t i = 0; i < c->elements.count; i++) {
        struct own_element *e = &c->elements.items[i];
        size_t seen = examples_count(c->examples, e->node);
        if (seen < FEW_INSTANCES)
            continue;
        for (size_t k = 0; k < e->attributes.count; k++) {
            const struct attribute_use *use = &e->attributes.items[k];
            if (use->required || *use->ns != '\0' || of_stanzas(use->name) ||
                strncmp(use->name, "xml:", 4) == 0 ||
                examples_attribute_count(c->examples, e->node, use->name) > 0 ||
                spoken_of(c, e->name, use->name))
                continue;
            bool unheard = unheard_of(c, use);
            if (seen < INSTANCES && !unheard)
                continue;
            struct finding *f = schema_finding(c->audit, e->schema, use->node,
                seen < MANY_INSTANCES && !unheard ? SEVERITY_NOTE
                                                  : SEVERITY_WARNING,
                "unused", e->name,
                arena_printf(c->audit->arena,
                    "the schema gives <%s/> the attribute '%s', of which no "
                    "sentence speaks and which none of its %zu examples has",
                    e->name, use->name, seen));
            if (f != NULL)
                f->fix = "drop it, or describe it";
        }
    }
}
