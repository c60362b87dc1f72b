/* The table of rules beside the schemas, schemas/rules.tsv: what XSD 1.0
 * cannot say but one stanza shows. A row has
 *   id        unique
 *   context   prefix:element, or prefix:element[@attribute=a|b]: the elements
 *             it is checked at (prefixes are the catalog's)
 *   check     children: argument "[prefix:]name MIN..MAX" counts the children
 *                       of that name ("*:*": of any other namespace);
 *             xpath:    argument (predicate.h) is true at the context element
 *                       when all is well;
 *             code:     a function of that id in checks.c;
 *             exchange: a check of that id in exchange.c, between stanzas
 *   level     must, should, note
 *   spec, section, message */
#ifndef JS_RULES_H
#define JS_RULES_H

#include "base/error.h"
#include "schema/catalog.h"
#include "schema/validator.h"

#include <libxml/tree.h>

struct predicate;
struct rules;

enum rule_kind { RULE_CHILDREN, RULE_XPATH, RULE_CODE, RULE_EXCHANGE };

struct rule_site;
/* Calls rule_broken for each fault that it sees. */
typedef void rule_check_fn(const struct rule_site *site);

struct rule {
    const char *id;
    const struct catalog_entry *entry; /* of the context element */
    const char *element;
    const char *attribute, *values; /* of the condition; NULL: none */
    enum rule_kind kind;
    const char *child_ns, *child; /* children: NULL ns: any foreign one */
    unsigned min, max;            /* max UINT_MAX: unbounded */
    const struct predicate *predicate;
    rule_check_fn *check;
    enum severity severity;
    const char *spec, *section, *message;
    const struct rule *next; /* at the same element */
};

/* Reads DIR/rules.tsv and hangs the rules into the catalog's entries. NULL
 * with file and line when a row is wrong. */
struct rules *rules_read(
    const char *dir, struct catalog *catalog, struct error *error);
/* Before the catalog is freed. NULL is allowed. */
void rules_free(struct rules *rules);
size_t rules_count(const struct rules *rules);
const struct rule *rules_at(const struct rules *rules, size_t index);
const struct rule *rules_find(const struct rules *rules, const char *id);

typedef void rule_broken_fn(void *owner, const struct rule *rule,
    const xmlNode *element, const char *attribute, const char *message);
/* Where it is told that a rule is broken. */
struct rule_sink {
    const struct rules *rules;
    rule_broken_fn *broken;
    void *owner;
};

/* One element being checked. */
struct rule_site {
    const struct rule *rule;
    const xmlNode *element, *stanza;
    const struct stanza_origin *origin;
    const struct rule_sink *sink;
};

/* Checks all rules of an entry's element there. site: rule and element are
 * filled in. */
void rules_check(const struct catalog_entry *entry, const xmlNode *element,
    struct rule_site *site);
/* The rule of the site is broken: adds the row's message to what was seen
 * (printf format). */
void rule_broken(const struct rule_site *site, const xmlNode *element,
    const char *attribute, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same of the rule of that id, for those who look at more than an element;
 * nothing when the table has none. */
void rule_say(const struct rule_sink *sink, const char *id,
    const xmlNode *element, const char *attribute, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
