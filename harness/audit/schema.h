/* A published schema: a root of a block, its repaired text, and how to find
 * things in it and in the others of the checkout. */
#ifndef JS_AUDIT_SCHEMA_H
#define JS_AUDIT_SCHEMA_H

#include "audit/finding.h"
#include "base/suggest.h"

#define XSD_NS "http://www.w3.org/2001/XMLSchema"
#define XML_NS "http://www.w3.org/XML/1998/namespace"

struct schema {
    const struct document *document;
    const struct block *block;
    struct text text;  /* as printed, then with the repairs made so far */
    struct tree *tree; /* of text */
    const struct tree_node *root;
    const char *ns;      /* targetNamespace, "" when none */
    const char *skipped; /* why it is not checked (elision), or NULL */
    bool compiles;       /* after repairs, imports stubbed */
    bool repaired;
    bool faulty; /* something of severity error was found */
};

struct catalog {
    VEC(struct schema *) schemas;
};

/* What every layer of checks works with. */
struct audit {
    struct arena *arena;
    struct findings *findings;
    struct catalog catalog;
    VEC(struct finding *) told; /* to documents that are only context */
};

/* Adds the schemas of a document's blocks to the catalog. */
void schema_extract(struct audit *audit, struct document *document);
/* Parses the text anew after repairs. */
void schema_reparse(struct audit *audit, struct schema *schema);
/* Applies edits to the schema's text and parses anew; none: nothing. */
void schema_edit(
    struct audit *audit, struct schema *schema, const struct edits *edits);

/* The global component `kind` ("element", "attribute", "type", "group",
 * "attributeGroup") of that name in this schema; "type" finds complexType and
 * simpleType. NULL when there is none. */
const struct tree_node *schema_global(
    const struct schema *schema, const char *kind, const char *name);
/* The first usable schema of a namespace; the document's own goes first. */
const struct schema *published_find(const struct catalog *catalog,
    const char *ns, const struct document *prefer);
/* A component in any usable schema of that namespace. */
const struct tree_node *published_global(const struct catalog *catalog,
    const char *ns, const char *kind, const char *name,
    const struct document *prefer, const struct schema **where);

/* Whether the schemas of its document and namespace include files that the
 * XEP does not print: then what they declare is not known. */
bool schema_in_parts(
    const struct catalog *catalog, const struct schema *schema);

/* A QName in a schema: ns NULL when its prefix is not declared. */
struct qname {
    const char *ns, *local;
};
struct qname schema_qname(
    struct arena *arena, const struct tree_node *node, const char *value);

/* "jingle/content/@creator", "type:empty", "jingle/@action=session-info". */
const char *schema_path(struct arena *arena, const struct tree_node *node);
/* The prefix of the XSD namespace with its colon, "xs:" or "". */
const char *schema_prefix(struct arena *arena, const struct schema *schema);
/* The node's local name when it is of XSD, else "". */
const char *xsd_name(const struct tree_node *node);
bool xsd_is(const struct tree_node *node, const char *local);
/* Whether a built-in type of that name exists. */
bool xsd_builtin(const char *name);
/* Whether value is in the built-in type's value space. */
bool xsd_value_ok(const char *builtin, const char *value);
/* The built-in type that a type reference comes down to, through the
 * restrictions of simple types and simple content; NULL: unknown or complex.
 */
const char *schema_base_type(const struct audit *audit,
    const struct schema *schema, const struct tree_node *declaration);

/* Adds a finding at a node of the schema (or NULL: its root), in the schema's
 * namespace, path from the node. NULL when it was known already. */
struct finding *schema_finding(struct audit *audit, struct schema *schema,
    const struct tree_node *node, enum severity severity, const char *class,
    const char *detail, const char *message);
/* Turns edits of the schema's text into the finding's fix. */
void schema_fix(struct audit *audit, struct schema *schema,
    struct finding *finding, const struct edits *edits, const char *fix);

/* The layers, in their order (each in its own file). Each mends what it
 * finds, so that the next one looks past it. */
void wellformed_check(struct audit *audit, struct schema *schema);
/* What mends a fault of form, in words. */
const char *wellformed_fix(const struct tree_fault *fault);
void structure_check(struct audit *audit, struct schema *schema);
void reference_check(struct audit *audit, struct schema *schema);
void determinism_check(struct audit *audit, struct schema *schema);
/* libxml2 has the last word; sets compiles. */
void compile_check(struct audit *audit, struct schema *schema);

/* The schema's import of a namespace; NULL: none. */
const struct tree_node *schema_import(
    const struct schema *schema, const char *ns);
/* Where in its text another import goes. */
size_t schema_import_place(const struct schema *schema);

#endif
