/* Layer 6: XEPs against each other: examples of one against the schema of
 * another, one thing typed differently, versions that have moved on. */
#ifndef JS_AUDIT_CROSS_H
#define JS_AUDIT_CROSS_H

#include "audit/audit.h"

/* Reads all documents of the checkout; reports for each side. */
void cross_check(struct checkout *checkout);
/* What a view's changed document changes, its own and other XEPs'. */
void cross_check_around(struct checkout *view, const struct document *of);
/* Of it: attributes of one document typed otherwise than where it builds. */
void cross_check_types(struct audit *audit, const struct document *of);
/* Of a changed document: its examples against the schemas of others. What
 * `checkout` was told of those schemas is not told again. */
void cross_check_uses(
    struct checkout *checkout, struct audit *audit, struct document *of);

/* Elements of one name and most of their attributes in common, of XEPs that
 * refer to each other: what is typed differently, or may come once only. */
void twins_check(struct audit *audit);
/* Namespaces and features that a XEP names in one place and nobody has. */
void cross_check_namespaces(struct checkout *checkout);
/* What XEPs submit to the registries. */
void registry_check(struct checkout *checkout);
/* Whether a built-in type of XSD has numbers as values. */
bool cross_is_number(const char *type);

#endif
