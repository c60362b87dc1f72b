/* One XEP, read: its header, its prose as a tree, and its blocks of code and
 * examples with the place of every byte. */
#ifndef JS_AUDIT_DOCUMENT_H
#define JS_AUDIT_DOCUMENT_H

#include "audit/text.h"
#include "base/error.h"

struct block {
    bool example;        /* <example/>, else <code/> */
    const char *caption; /* "" when none */
    const char *section; /* heading of the innermost section */
    const char *anchor;  /* its anchor, "" when none */
    int line;            /* of the block's tag */
    int number;          /* "Example 7", 0 for code */
    const struct tree_node *node;
    struct text text;
};

struct document {
    struct arena *arena;
    const char *path;   /* as given */
    const char *file;   /* its last part */
    const char *number; /* "0166" */
    const char *title, *status, *type, *version, *date;
    char *source;
    size_t source_len;
    uint32_t *line_starts;
    size_t line_count;
    struct tree *tree;
    struct entity_table *entities;
    VEC(struct block) blocks;
};

/* Reads a XEP. entities: those of xep.ent, may be NULL. On success the caller
 * frees it with document_free. False: cannot be read or is no XEP. */
struct document *document_read(
    const char *path, const struct entity_table *entities, struct error *error);
/* The same from memory; source (len bytes) is copied. */
struct document *document_parse(const char *path, const char *source,
    size_t len, const struct entity_table *entities, struct error *error);
void document_free(struct document *document);

/* Obsolete, retracted, rejected, deprecated: what it prints is history. */
bool document_is_over(const struct document *document);
/* 1-based line of an offset in the file. */
int document_line(const struct document *document, size_t at);
/* "s7.2" style heading of the section around a node: its topic, or "". */
const char *document_section(const struct tree_node *node);
const char *document_anchor(const struct tree_node *node);
/* The elements of one namespace that a document's blocks show, in order:
 * struct shown s = {.arena = a, .document = d, .ns = ns};
 * while (shown_next(&s)) ... s.node in s.block ... */
struct shown {
    struct arena *arena;
    const struct document *document;
    const char *ns;
    const struct block *block;
    const struct tree_node *node;
    const struct tree_node *top; /* above all of the block */
    size_t next;                 /* block */
};
bool shown_next(struct shown *shown);

/* How a reader finds a block: Example 7, "Caption", or by its section. */
const char *block_title(struct arena *arena, const struct block *block);

#endif
