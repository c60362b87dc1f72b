/* cases/GRAMMAR.md: the tables as a page. */
#include "script/script.h"

#include "base/bytes.h"
#include "script/pattern.h"
#include "script/words.h"
#include "script/xpath.h"

static const char opening[] =
    "# The case language\n"
    "\n"
    "Made by `jinglespec check --grammar` from the tables that the parser "
    "itself uses; do not edit.\n"
    "\n"
    "A case is a text file `*.scs` in the format of\n"
    "[scansion](https://matthewwild.co.uk/projects/scansion), with more "
    "words. Plain scansion scripts run as they are.\n"
    "\n"
    "```\n"
    "# What the case shows, in one line\n"
    "## id: 0047-receive\n"
    "## requirement: XEP-0047 s2.2 data-seq (MUST)\n"
    "\n"
    "[Client] Romeo\n"
    "\n"
    "[Subject] Juliet\n"
    "\tcontacts: yes\n"
    "\tneeds: receive, ibb\n"
    "\n"
    "[File] photo\n"
    "\tsize: 10k\n"
    "\n"
    "-----\n"
    "\n"
    "Romeo connects\n"
    "Juliet connects\n"
    "\n"
    "Romeo sends, as offer:\n"
    "\t<iq type='set' to=\"${Juliet's full JID}\" id='o1'>\n"
    "\t\t...\n"
    "\t</iq>\n"
    "```\n"
    "\n"
    "- The first comment is the title; `## tag: value` lines say more about "
    "the case; other lines that begin with `#` are comments.\n"
    "- Headers come next: `[Client] NAME` is a puppet, `[Subject] NAME` the "
    "actor under test, `[File] NAME` bytes to send, `[Template] NAME` an "
    "indented stanza to send by name.\n"
    "- After a line of three or more dashes come the steps, one a line: "
    "`sentence, clause, clause`. A step that ends with `:` is followed by a "
    "stanza (or by steps), indented by one more tab.\n"
    "- `jinglespec check FILE` reads a script without running it, `jinglespec "
    "run --file FILE` runs it.\n"
    "- Text with a comma in it needs quotes; they do not nest, nor inside of "
    "`${...}`: keep such a value by `Let` first. Brackets, parentheses and "
    "`${...}` protect commas too. `within 5s` may follow a blank instead of "
    "a comma.\n"
    "- Stanzas are in the namespace `jabber:client`; the prefixes `stream:` "
    "and `scansion:` are declared.\n"
    "- In a stanza that is waited for, `{scansion:any}` matches any text, "
    "`{scansion:capture:NAME}` or a `${NAME}` that has no value yet any "
    "text too and keeps it as `${NAME}`, and `scansion:strict='true'` or "
    "`'false'` on an element switches between exact and loose matching. In "
    "scripts with a subject matching is loose at every depth: further "
    "attributes and children are allowed.\n"
    "- `Either` and `or`, and `In any order`, are followed by indented "
    "steps.\n"
    "- The library (`cases/library/`) holds templates and scenes for all "
    "scripts. `[Scene] NAME` is followed by indented steps that speak of "
    "Romeo, a puppet, and Juliet, the subject.\n"
    "- A failure is the subject's where a step carries the requirement: "
    "behind the line `The requirement:` up to `Afterwards`, or everywhere "
    "when the script has neither. Scenes run by `## with:` never carry it.\n";

static void add_row(struct buffer *out, const char *name, const char *doc)
{
    buffer_add_text(out, "| `");
    for (; *name != 0; name++)
        buffer_add(out, name, 1);
    buffer_printf(out, "` | %s |\n", doc);
}

static void add_head(
    struct buffer *out, const char *title, const char *text, const char *column)
{
    buffer_printf(out, "\n## %s\n\n", title);
    if (text[0] != 0)
        buffer_printf(out, "%s\n\n", text);
    buffer_printf(out, "| %s | |\n|---|---|\n", column);
}

static void add_clauses(struct buffer *out, struct arena *arena, unsigned mask)
{
    bool first = true;
    for (size_t i = 0; i < CLAUSE_COUNT; i++) {
        if ((mask & 1u << i) == 0)
            continue;
        buffer_printf(out, "%s`%s`", first ? " Clauses: " : ", ",
            pattern_readable(arena, clauses[i].pattern));
        first = false;
    }
    if (!first)
        buffer_add_text(out, ".");
}

static void add_verbs(struct buffer *out, struct arena *arena)
{
    add_head(out, "Steps",
        "Words in capitals stand for something: ACTOR, PUPPET and SUBJECT for "
        "an actor, FILE for a `[File]`, FILES for several joined by `+`, "
        "TEMPLATE for a `[Template]`, NAME for a name of letters, digits and "
        "`-` that the step introduces, SOCKET and STANZA for such names, "
        "NUMBER for digits or `${NAME}`, DURATION for `300ms` or `5s`, XPATH "
        "for an XPath 1.0 expression, VALUE for text. What stands in brackets "
        "may be left out. A step that ends in `:` below is followed by a "
        "stanza, or by steps.",
        "Step");
    for (size_t i = 0; i < VERB_COUNT; i++) {
        const struct verb *verb = &verbs[i];
        bool colon = (verb->flags & (VERB_XML | VERB_STEPS)) != 0;
        buffer_printf(out, "| `%s%s` | %s",
            pattern_readable(arena, verb->pattern), colon ? ":" : "",
            verb->doc);
        add_clauses(out, arena, verb->clauses);
        buffer_add_text(out, " |\n");
    }
}

static void add_actors(struct buffer *out)
{
    add_head(out, "Keys of a [Client]", "Also `custom_...`, ignored.", "Key");
    for (const struct header_key *row = header_keys; row->name; row++) {
        if (row->client)
            add_row(out, row->name, row->doc);
    }
    add_head(out, "Keys of a [Subject]",
        "On top come the settings of the builtin subject, at the end of this "
        "page.",
        "Key");
    for (const struct header_key *row = header_keys; row->name; row++) {
        if (row->subject)
            add_row(out, row->name, row->doc);
    }
    add_head(out, "Keys of a [File]", "", "Key");
    add_row(out, "size", "Bytes, or a number with k, M or G; default 4096.");
    add_row(out, "content", "random (default), zero or text.");
    add_row(out, "seed", "Of the random bytes; each file has its own.");
    add_row(out, "from", "program: the harness's own binary.");
    add_row(out, "name", "What the file is called on disk; default NAME.");
}

static void add_capabilities(struct buffer *out, const char *title,
    const char *text, const char *column, const struct capability *rows)
{
    add_head(out, title, text, column);
    for (; rows->name != NULL; rows++)
        add_row(out, rows->name, rows->doc);
}

void script_print_grammar(struct buffer *out)
{
    struct arena *arena = arena_new();
    buffer_add_text(out, opening);
    add_head(out, "Tags", "", "Tag");
    for (const struct header_key *row = tag_keys; row->name; row++)
        add_row(out, row->name, row->doc);
    add_actors(out);
    add_verbs(out, arena);
    add_head(out, "Clauses", "", "Clause");
    for (size_t i = 0; i < CLAUSE_COUNT; i++)
        add_row(
            out, pattern_readable(arena, clauses[i].pattern), clauses[i].doc);
    add_head(out, "Values",
        "`${...}` in a stanza, an XPath or a VALUE. Inside of it a VALUE is "
        "the name of a kept value, or text in quotes, and a NUMBER may be a "
        "kept value's name.",
        "Value");
    for (size_t i = 0; i < VALUE_COUNT; i++)
        add_row(out, pattern_readable(arena, value_forms[i].pattern),
            value_forms[i].doc);
    add_head(out, "XPath",
        "XPath 1.0 with these prefixes. The context is the stanza, so begin "
        "with `//` or with a child of it. An element's name without a prefix "
        "means that name in any namespace.",
        "Prefix");
    for (const struct xpath_prefix *row = xpath_prefixes; row->prefix; row++)
        buffer_printf(out, "| `%s` | `%s` |\n", row->prefix, row->ns);
    add_capabilities(out, "Capabilities",
        "What `needs:` may name and drivers declare. A need that the subject "
        "does not meet makes the case unsupported.",
        "Capability", capabilities);
    add_capabilities(out, "User actions",
        "Words for `SUBJECT is asked to WORD VALUE`.", "Action", ask_words);
    buffer_add_text(out, "\n## Reports\n\nWords for `SUBJECT says WORD`: ");
    for (size_t i = 0; reported_words[i] != NULL; i++)
        buffer_printf(out, "%s`%s`", i == 0 ? "" : ", ", reported_words[i]);
    buffer_add_text(out, ".\n");
    arena_free(arena);
}
