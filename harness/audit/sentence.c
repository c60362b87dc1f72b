#include "audit/sentence.h"

#include "base/file.h"
#include "base/vec.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 8 << 20, DEPTH_LIMIT = 64 };

struct walk {
    struct arena *arena;
    VEC(struct sentence) found;
    struct buffer text; /* of the block that is being collected */
    int line;           /* where that block began */
    int depth;
    int numbers[8]; /* of the sections open now */
    int level;      /* how many of them */
    const char *section, *anchor, *within;
};

static bool named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE &&
           strcmp((const char *)node->name, name) == 0;
}

static bool named_in(const xmlNode *node, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (named(node, *names))
            return true;
    }
    return false;
}

/* Elements whose text is their own block. */
static const char *const blocks[] = {"p", "li", "dt", "dd", "di", "note", "ul",
    "ol", "dl", "table", "div", "blockquote", "caption", NULL};
/* Elements that say nothing normative. */
static const char *const silent[] = {
    "header", "example", "code", "source", "pre", "dim", "img", "script", NULL};

/* Keywords of RFC 2119; the longer first, so that "MUST NOT" is no "MUST". */
static const struct {
    const char *word;
    enum requirement_level level;
} keywords[] = {
    {"MUST NOT", LEVEL_MUST_NOT},
    {"SHALL NOT", LEVEL_MUST_NOT},
    {"MUST not", LEVEL_MUST_NOT},
    {"SHOULD not", LEVEL_SHOULD_NOT},
    {"SHOULD NOT", LEVEL_SHOULD_NOT},
    {"NOT RECOMMENDED", LEVEL_SHOULD_NOT},
    {"NOT REQUIRED", LEVEL_COUNT}, /* a permission */
    {"MUST", LEVEL_MUST},
    {"SHALL", LEVEL_MUST},
    {"REQUIRED", LEVEL_MUST},
    {"SHOULD", LEVEL_SHOULD},
    {"RECOMMENDED", LEVEL_SHOULD},
};

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static unsigned levels_of(const char *text)
{
    unsigned levels = 0;
    for (const char *at = text; *at != 0;) {
        size_t step = 1;
        for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
            size_t len = strlen(keywords[i].word);
            if ((at > text && is_letter(at[-1])) ||
                strncmp(at, keywords[i].word, len) != 0 || is_letter(at[len]))
                continue;
            if (keywords[i].level != LEVEL_COUNT)
                levels |= 1u << keywords[i].level;
            step = len;
            break;
        }
        at += step;
    }
    return levels;
}

static void fingerprint_of(const char *text, char out[17])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buffer hex = {0};
    if (EVP_Digest(text, strlen(text), digest, &len, EVP_sha256(), NULL) == 1)
        hex_encode(&hex, digest, 8);
    snprintf(out, 17, "%s", buffer_text(&hex));
    buffer_free(&hex);
}

/* "The key words "MUST", ... are to be interpreted as ..." */
static bool is_boilerplate(const char *text)
{
    return strstr(text, "to be interpreted as described in") != NULL;
}

static void emit(struct walk *walk, const char *text, size_t len)
{
    while (len > 0 && text[0] == ' ')
        text++, len--;
    while (len > 0 && text[len - 1] == ' ')
        len--;
    if (len == 0)
        return;
    struct sentence sentence = {
        .text = arena_strndup(walk->arena, text, len),
        .section = walk->section,
        .anchor = walk->anchor,
        .within = walk->within,
        .line = walk->line,
    };
    if (is_boilerplate(sentence.text))
        return;
    sentence.levels = levels_of(sentence.text);
    fingerprint_of(sentence.text, sentence.fingerprint);
    vec_push(&walk->found, sentence);
}

static bool is_abbreviation(const char *text, size_t dot)
{
    static const char *const known[] = {
        "e.g", "i.e", "cf", "vs", "No", "Inc", "al", "a.k.a", "resp", NULL};
    for (int i = 0; known[i] != NULL; i++) {
        size_t len = strlen(known[i]);
        if (dot >= len && memcmp(text + dot - len, known[i], len) == 0 &&
            (dot == len || !is_letter(text[dot - len - 1])))
            return true;
    }
    return false;
}

/* The length of the sentence that text begins with. */
static size_t sentence_len(const char *text)
{
    for (size_t i = 0; text[i] != 0; i++) {
        if (strchr(".?!", text[i]) == NULL)
            continue;
        size_t end = i + 1;
        while (text[end] != 0 && strchr(")\"'\xe2\x80\x9d]", text[end]) != NULL)
            end++;
        if (text[end] != ' ')
            continue;
        char next = text[end + 1];
        if (islower((unsigned char)next) ||
            (text[i] == '.' && is_abbreviation(text, i)))
            continue;
        return end;
    }
    return strlen(text);
}

/* Ends the block: splits what was collected into sentences. */
static void flush(struct walk *walk)
{
    const char *text = buffer_text(&walk->text);
    while (*text != 0) {
        size_t len = sentence_len(text);
        emit(walk, text, len);
        text += len;
    }
    buffer_clear(&walk->text);
}

static void add_text(struct walk *walk, const char *text, int line)
{
    struct buffer *out = &walk->text;
    for (; *text != 0; text++) {
        bool space = strchr(" \t\r\n", *text) != NULL;
        if (space && (out->len == 0 || out->data[out->len - 1] == ' '))
            continue;
        if (out->len == 0)
            walk->line = line;
        buffer_add(out, space ? " " : text, 1);
    }
}

/* An entity by its name, so that the fingerprint does not hang on xep.ent. */
static void add_entity(struct walk *walk, const char *name, int line)
{
    char text[80];
    static const struct {
        const char *prefix, *text;
    } kinds[] = {{"xep", "XEP-"}, {"rfc", "RFC "}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(name, kinds[i].prefix, 3) == 0 &&
            isdigit((unsigned char)name[3])) {
            snprintf(text, sizeof text, "%s%s", kinds[i].text, name + 3);
            add_text(walk, text, line);
            return;
        }
    }
    snprintf(text, sizeof text, "&%s;", name);
    add_text(walk, text, line);
}

static void walk_children(struct walk *walk, xmlNode *node);
static void walk_node(struct walk *walk, xmlNode *node);

/* A footnote stands in the middle of a sentence: it is read apart. */
static void walk_note(struct walk *walk, xmlNode *node)
{
    struct buffer outer = walk->text;
    int line = walk->line;
    walk->text = (struct buffer){0};
    walk_children(walk, node);
    flush(walk);
    buffer_free(&walk->text);
    walk->text = outer;
    walk->line = line;
}

/* The text of a cell, on its own. */
static char *cell_text(struct walk *walk, xmlNode *cell)
{
    struct buffer before = walk->text;
    walk->text = (struct buffer){0};
    walk_children(walk, cell);
    struct buffer content = walk->text;
    walk->text = before;
    return buffer_take(&content);
}

/* A row is one sentence as long as no cell holds several. Else each cell is
 * read on its own, with the row's first cell before it, so that "sid |
 * REQUIRED" still says what is required. */
static void walk_row(struct walk *walk, xmlNode *row)
{
    VEC(char *) cells = {0};
    bool many = false;
    flush(walk);
    for (xmlNode *cell = row->children; cell != NULL; cell = cell->next) {
        if (!named(cell, "td") && !named(cell, "th"))
            continue;
        vec_push(&cells, cell_text(walk, cell));
        const char *text = cells.items[cells.count - 1];
        many = many || text[sentence_len(text)] != 0;
    }
    int line = (int)xmlGetLineNo(row);
    for (size_t i = 0; i < cells.count; i++) {
        if (many && i > 1) {
            flush(walk);
            add_text(walk, cells.items[0], line);
        }
        if (i > 0)
            add_text(walk, " | ", line);
        add_text(walk, cells.items[i], line);
    }
    if (many) {
        flush(walk);
    } else {
        emit(walk, buffer_text(&walk->text), walk->text.len);
        buffer_clear(&walk->text);
    }
    for (size_t i = 0; i < cells.count; i++)
        free(cells.items[i]);
    vec_free(&cells);
}

static bool is_schema_section(xmlNode *node)
{
    xmlChar *topic = xmlGetProp(node, BAD_CAST "topic");
    bool is = topic != NULL && strstr((char *)topic, "Schema") != NULL;
    xmlFree(topic);
    return is;
}

static void walk_section(struct walk *walk, xmlNode *node)
{
    struct walk outer = *walk;
    flush(walk);
    int level = node->name[7] - '0';
    if (level < 1 || level > 7)
        level = 1;
    walk->numbers[level]++;
    for (int i = level + 1; i < 8; i++)
        walk->numbers[i] = 0;
    struct buffer number = {0};
    for (int i = 1; i <= level; i++)
        buffer_printf(&number, "%s%d", i > 1 ? "." : "", walk->numbers[i]);
    walk->section = arena_strdup(walk->arena, buffer_text(&number));
    buffer_free(&number);
    xmlChar *anchor = xmlGetProp(node, BAD_CAST "anchor");
    walk->anchor = anchor != NULL && anchor[0] != 0
                       ? arena_strdup(walk->arena, (char *)anchor)
                       : walk->section;
    xmlFree(anchor);
    walk->within =
        arena_printf(walk->arena, "%s%s#", outer.within, walk->anchor);
    if (!is_schema_section(node))
        walk_children(walk, node);
    flush(walk);
    walk->section = outer.section;
    walk->anchor = outer.anchor;
    walk->within = outer.within;
}

/* A paragraph in a cell is part of the cell; one that opens a definition
 * goes on from its term. */
static void walk_block(struct walk *walk, xmlNode *node)
{
    bool in_cell = named(node->parent, "td") || named(node->parent, "th");
    if (!in_cell && !named(node->parent, "dd"))
        flush(walk);
    walk_children(walk, node);
    if (in_cell)
        add_text(walk, " ", (int)xmlGetLineNo(node));
    else
        flush(walk);
}

static void walk_element(struct walk *walk, xmlNode *node)
{
    if (named_in(node, silent))
        return;
    if (strncmp((const char *)node->name, "section", 7) == 0) {
        walk_section(walk, node);
    } else if (named(node, "note")) {
        walk_note(walk, node);
    } else if (named(node, "tr")) {
        walk_row(walk, node);
    } else if (named(node, "dt")) {
        flush(walk); /* "term: definition" is one sentence */
        walk_children(walk, node);
        add_text(walk, ": ", (int)xmlGetLineNo(node));
    } else if (named(node, "dd")) {
        walk_children(walk, node);
        flush(walk);
    } else if (named_in(node, blocks)) {
        walk_block(walk, node);
    } else if (named(node, "br")) {
        add_text(walk, " ", (int)xmlGetLineNo(node));
    } else {
        walk_children(walk, node);
    }
}

static void walk_node(struct walk *walk, xmlNode *node)
{
    int line = (int)xmlGetLineNo(node);
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
        add_text(walk, (const char *)node->content, line);
    else if (node->type == XML_ENTITY_REF_NODE)
        add_entity(walk, (const char *)node->name, line);
    else if (node->type == XML_ELEMENT_NODE)
        walk_element(walk, node);
}

static void walk_children(struct walk *walk, xmlNode *node)
{
    if (++walk->depth < DEPTH_LIMIT) {
        for (xmlNode *child = node->children; child != NULL;
             child = child->next)
            walk_node(walk, child);
    }
    walk->depth--;
}

/* The text of the first element of this name in the header. */
static const char *header_text(
    struct arena *arena, xmlNode *node, const char *name)
{
    for (; node != NULL; node = node->next) {
        if (named(node, name)) {
            xmlChar *text = xmlNodeGetContent(node);
            const char *copy = arena_strdup(arena, (const char *)text);
            xmlFree(text);
            return copy;
        }
        if (named(node, "header") || named(node, "revision")) {
            const char *found = header_text(arena, node->children, name);
            if (found != NULL)
                return found;
        }
    }
    return NULL;
}

static void ignore_error(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

static xmlDoc *parse(struct bytes text)
{
    /* Entities stay references: neither the DTD nor xep.ent is loaded. */
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser == NULL)
        return NULL;
    parser->sax->error = ignore_error;
    parser->sax->warning = ignore_error;
    xmlDoc *doc =
        xmlCtxtReadMemory(parser, (const char *)text.data, (int)text.len, NULL,
            NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlFreeParserCtxt(parser);
    return doc;
}

bool sentence_list_parse(struct sentence_list *list, struct arena *arena,
    struct bytes text, const char *name, struct error *error)
{
    if (text.len > FILE_LIMIT)
        return error_set(error, "%s: too large for a XEP", name);
    xmlDoc *doc = parse(text);
    xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
    if (root == NULL || !named(root, "xep")) {
        xmlFreeDoc(doc);
        return error_set(error,
            "%s: not the source of a XEP (well-formed XML with a root <xep/>)",
            name);
    }
    struct walk walk = {
        .arena = arena, .section = "", .anchor = "", .within = "#"};
    walk_children(&walk, root);
    flush(&walk);
    struct sentence *items =
        arena_alloc(arena, walk.found.count * sizeof *items);
    if (walk.found.count > 0)
        memcpy(items, walk.found.items, walk.found.count * sizeof *items);
    *list = (struct sentence_list){
        .items = items,
        .count = walk.found.count,
        .title = header_text(arena, root->children, "title"),
        .version = header_text(arena, root->children, "version"),
    };
    vec_free(&walk.found);
    buffer_free(&walk.text);
    xmlFreeDoc(doc);
    return true;
}

bool sentence_list_read(struct sentence_list *list, struct arena *arena,
    const char *path, struct error *error)
{
    struct buffer text = {0};
    bool right =
        file_read(path, FILE_LIMIT, &text, error) &&
        sentence_list_parse(list, arena, buffer_bytes(&text), path, error);
    buffer_free(&text);
    return right;
}
