/* What a block of code is: an example to be judged, a form, a fault shown on
 * purpose; and whether the examples are well-formed. */
#include "audit/example_form.h"

#include "audit/example.h"

#include <ctype.h>
#include <string.h>

static bool all_space(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Text by which authors say "and so on" or "something here". */
bool example_elides(const char *text, size_t len)
{
    static const char *const marks[] = {
        "...", "\xe2\x80\xa6", "[", "<!--", "..", NULL};
    for (size_t i = 0; marks[i] != NULL; i++)
        if (memmem(text, len, marks[i], strlen(marks[i])) != NULL)
            return true;
    return false;
}

/* Examples of what must not be done, and of what others do. */
bool example_shows_fault(const struct block *block)
{
    static const char *const words[] = {"invalid", "malformed", "incorrect",
        "Invalid", "Malformed", "Incorrect", "wrong", "Wrong", "illegal",
        "not allowed", "fails to", "does not", "without", "Bad ", "bad ",
        "Missing", "missing", "old-style", "legacy", "Legacy", "Format",
        "format", "Syntax", "syntax", "Template", "template", "future", NULL};
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(block->caption, words[i]) != NULL)
            return true;
    return false;
}

bool example_is_xml(const struct block *block)
{
    const char *text = block->text.data;
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        len--;
    return *text == '<' && len > 2 && text[len - 1] == '>' &&
           strstr(text, "<!ELEMENT") == NULL &&
           strstr(text, "<!ATTLIST") == NULL &&
           strstr(text, "XMLSchema'") == NULL &&
           strstr(text, "XMLSchema\"") == NULL;
}

bool example_fault_is_harmless(const struct tree_fault *fault)
{
    if (fault->kind == TREE_UNDECLARED_PREFIX ||
        fault->kind == TREE_BAD_COMMENT)
        return true;
    /* Streams stay open over several examples. */
    return strstr(fault->detail, "stream") != NULL &&
           (fault->kind == TREE_UNCLOSED || fault->kind == TREE_STRAY_END);
}

/* Prefixes that streams declare: stanzas are printed without them. */
static bool of_streams(const char *prefix)
{
    return strcmp(prefix, "stream") == 0 || strcmp(prefix, "db") == 0 ||
           strcmp(prefix, "xml") == 0;
}

/* A whole stanza, of which no start tag is cut. */
static bool whole_stanza(const struct tree *tree)
{
    static const char *const stanzas[] = {"iq", "message", "presence", NULL};
    const struct tree_node *root = tree_root(tree);
    bool whole = false;
    for (size_t i = 0; root != NULL && stanzas[i] != NULL; i++)
        whole |= strcmp(root->local, stanzas[i]) == 0;
    for (const struct tree_node *n = root; whole && n != NULL;
         n = tree_following(n, root))
        whole = n->name == NULL ||
                memmem(tree->text + n->at, n->at_end - n->at, "...", 3) == NULL;
    return whole;
}

/* The namespace that the document binds the prefix to elsewhere, or "". */
static const char *bound_elsewhere(
    struct arena *arena, const struct document *document, const char *prefix)
{
    const char *declares = arena_printf(arena, "xmlns:%s=", prefix);
    const char *at = strstr(document->source, declares);
    if (at == NULL)
        return "";
    at += strlen(declares);
    size_t len = strcspn(at + (*at != '\0'), "'\"<>&");
    return *at == '\0' ? "" : arena_strndup(arena, at + 1, len);
}

static bool text_binds(const struct prose *prose, const char *prefix)
{
    for (size_t i = 0; i < prose->count; i++)
        if (strstr(prose->items[i].text, "prefix") != NULL &&
            text_has(prose->items[i].text, prefix, false))
            return true;
    return false;
}

/* A prefix that a whole stanza uses and nothing in it declares: once for the
 * document. */
static void check_prefixes(struct audit *audit, const struct document *document,
    const struct block *block, const struct tree *tree,
    const struct prose *prose)
{
    for (size_t i = 0; i < tree->faults.count; i++)
        if (!example_fault_is_harmless(&tree->faults.items[i]))
            return;
    for (size_t i = 0; i < tree->faults.count; i++) {
        const struct tree_fault *fault = &tree->faults.items[i];
        if (fault->kind != TREE_UNDECLARED_PREFIX ||
            of_streams(fault->detail) || !whole_stanza(tree) ||
            text_binds(prose, fault->detail))
            continue;
        struct finding *f = finding_add(audit->findings, document,
            block->text.origin[fault->at], SEVERITY_WARNING, "example-prefix",
            bound_elsewhere(audit->arena, document, fault->detail), "",
            fault->detail,
            arena_printf(audit->arena,
                "the example uses the prefix '%s' and does not declare it, so "
                "that no parser takes the stanza",
                fault->detail));
        if (f == NULL)
            continue;
        finding_evidence(audit->findings, f, "%s, line %d",
            block_title(audit->arena, block), block->line);
        f->fix = "declare the prefix in the example";
    }
}

/* Only a start tag, as in "the tag looks so": no stanza is cut. */
static bool start_tag_alone(
    const struct tree *tree, const struct tree_fault *fault)
{
    static const char *const stanzas[] = {"iq", "message", "presence", NULL};
    const struct tree_node *root = tree_root(tree);
    /* The reader has mended it; the text has not. */
    if (fault->kind != TREE_UNCLOSED || root == NULL || root->at_end < 2 ||
        tree->text[root->at_end - 2] == '/' ||
        !all_space(tree->text + root->at_end))
        return false;
    for (size_t i = 0; stanzas[i] != NULL; i++)
        if (strcmp(root->name, stanzas[i]) == 0)
            return false;
    return true;
}

void examples_check_form(struct audit *audit, const struct document *document,
    const struct prose *prose)
{
    for (size_t i = 0; i < document->blocks.count; i++) {
        const struct block *block = &document->blocks.items[i];
        if (!block->example || !example_is_xml(block) ||
            example_shows_fault(block) ||
            example_elides(block->text.data, block->text.len))
            continue;
        struct tree *tree =
            tree_parse(audit->arena, block->text.data, block->text.len, NULL);
        check_prefixes(audit, document, block, tree, prose);
        const struct tree_fault *fault = NULL;
        for (size_t k = 0; k < tree->faults.count && fault == NULL; k++)
            if (!example_fault_is_harmless(&tree->faults.items[k]))
                fault = &tree->faults.items[k];
        if (fault == NULL)
            continue;
        const struct tree_node *node = fault->node;
        const char *ns = node != NULL && node->name != NULL && node->ns != NULL
                             ? node->ns
                             : "";
        struct finding *f = finding_add(audit->findings, document,
            block->text.origin[fault->at],
            start_tag_alone(tree, fault) ? SEVERITY_NOTE : SEVERITY_WARNING,
            "example-wellformed", ns,
            *block->caption == '\0'
                ? arena_printf(audit->arena, "in %s", block->section)
                : block->caption,
            arena_printf(audit->arena, "%s", fault->detail),
            arena_printf(audit->arena, "the example is not well-formed: %s",
                fault->message));
        if (f == NULL)
            continue;
        finding_evidence(audit->findings, f, "%s, line %d",
            block_title(audit->arena, block), block->line);
        struct edits edits = {0}, in_file = {0};
        for (size_t k = 0; k < fault->edits.count; k++)
            list_push(audit->findings->arena, &edits, fault->edits.items[k]);
        if (edits.count > 0 &&
            text_edits_in_file(audit->findings->arena, &block->text,
                document->source, document->source_len, &edits, &in_file)) {
            for (size_t k = 0; k < in_file.count; k++) {
                struct edit edit = in_file.items[k];
                edit.text = arena_strdup(audit->findings->arena, edit.text);
                list_push(audit->findings->arena, &f->edits, edit);
            }
            f->fix = wellformed_fix(fault);
        }
    }
}
