/* Stanzas of a script as trees, and the clauses that edit them. */
#include "base/xml.h"
#include "script/xpath.h"
#include "stage/stage.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

xmlNode *edit_stanza(xmlDoc *doc)
{
    return xml_child(xmlDocGetRootElement(doc), NULL, NULL);
}

xmlDoc *edit_parse(struct stage *stage, const char *xml)
{
    struct buffer text = {0};
    struct error error = {{0}};
    buffer_printf(&text,
        "<stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams' "
        "xmlns:scansion='https://matthewwild.co.uk/projects/scansion'>%s"
        "</stream:stream>",
        xml);
    xmlDoc *doc = xml_parse(buffer_bytes(&text), &error);
    buffer_free(&text);
    if (doc == NULL || edit_stanza(doc) == NULL) {
        stage_trouble(stage,
            "the stanza of this step is not well-formed "
            "once its values are put in: %s",
            error.message);
        xmlFreeDoc(doc);
        return NULL;
    }
    return doc;
}

static xmlXPathObjectPtr find(
    struct stage *stage, xmlNode *stanza, const struct script_arg *arg)
{
    struct error error = {{0}};
    char *expr = stage_xpath(stage, arg->xpath);
    if (expr == NULL)
        return NULL;
    xmlXPathObjectPtr found = xpath_eval(stanza, expr, &error);
    if (found == NULL || found->type != XPATH_NODESET) {
        stage_trouble(stage, "'%s' finds no nodes to edit: %s", arg->text,
            found == NULL ? error.message : "it is no path");
        xmlXPathFreeObject(found);
        return NULL;
    }
    return found;
}

static size_t count_of(const xmlXPathObject *found)
{
    return found->nodesetval == NULL ? 0 : (size_t)found->nodesetval->nodeNr;
}

static void set_node(xmlNode *node, const char *value)
{
    if (node->type == XML_ATTRIBUTE_NODE) {
        xmlAttr *attr = (xmlAttr *)node;
        xmlSetNsProp(
            attr->parent, attr->ns, attr->name, (const xmlChar *)value);
        return;
    }
    xmlChar *escaped = xmlEncodeSpecialChars(node->doc, (const xmlChar *)value);
    xmlNodeSetContent(node, escaped);
    xmlFree(escaped);
}

/* "PATH/@name" whose attribute is not there yet: makes it on what PATH
 * finds; "@name" alone on the stanza itself. */
static bool make_attribute(struct stage *stage, xmlNode *stanza,
    const struct script_arg *arg, const char *value)
{
    const char *at = strrchr(arg->xpath, '@');
    if (at == NULL || (at != arg->xpath && at[-1] != '/'))
        return stage_trouble(
            stage, "'%s' finds nothing to set in this stanza", arg->text);
    struct script_arg owner = *arg;
    size_t len = (size_t)(at - arg->xpath);
    owner.xpath = len == 0 ? "."
                           : arena_strndup(stage->arena, arg->xpath,
                                 len - (len > 1 ? 1 : 0));
    xmlXPathObjectPtr found = find(stage, stanza, &owner);
    if (found == NULL)
        return false;
    for (size_t i = 0; i < count_of(found); i++)
        xmlSetProp(found->nodesetval->nodeTab[i], (const xmlChar *)(at + 1),
            (const xmlChar *)value);
    bool ok = count_of(found) > 0;
    xmlXPathFreeObject(found);
    return ok || stage_trouble(stage,
                     "'%s' finds nothing to set in this stanza", arg->text);
}

static bool set(
    struct stage *stage, xmlNode *stanza, const struct script_clause *clause)
{
    char *value = stage_value(stage, clause->args[1].text);
    xmlXPathObjectPtr found =
        value == NULL ? NULL : find(stage, stanza, &clause->args[0]);
    if (found == NULL)
        return false;
    bool ok = true;
    if (count_of(found) == 0)
        ok = make_attribute(stage, stanza, &clause->args[0], value);
    for (size_t i = 0; i < count_of(found); i++)
        set_node(found->nodesetval->nodeTab[i], value);
    xmlXPathFreeObject(found);
    return ok;
}

static bool remove_found(
    struct stage *stage, xmlNode *stanza, const struct script_clause *clause)
{
    xmlXPathObjectPtr found = find(stage, stanza, &clause->args[0]);
    if (found == NULL)
        return false;
    size_t count = count_of(found);
    for (size_t i = count; i-- > 0;) {
        xmlNode *node = found->nodesetval->nodeTab[i];
        if (node->type == XML_ATTRIBUTE_NODE) {
            xmlRemoveProp((xmlAttr *)node);
        } else {
            xmlUnlinkNode(node);
            xmlFreeNode(node);
        }
        found->nodesetval->nodeTab[i] = NULL;
    }
    xmlXPathFreeObject(found);
    return count > 0 ||
           stage_trouble(stage, "'%s' finds nothing to remove in this stanza",
               clause->args[0].text);
}

static bool add(
    struct stage *stage, xmlNode *stanza, const struct script_clause *clause)
{
    char *xml = stage_xml(stage, clause->args[0].text);
    xmlXPathObjectPtr found =
        xml == NULL ? NULL : find(stage, stanza, &clause->args[1]);
    if (found == NULL)
        return false;
    bool ok =
        count_of(found) > 0 ||
        stage_trouble(stage, "'%s' finds nothing to add to in this stanza",
            clause->args[1].text);
    for (size_t i = 0; ok && i < count_of(found); i++) {
        xmlNode *owner = found->nodesetval->nodeTab[i];
        /* What is added stands in the namespace of where it is put, unless
         * it says its own. */
        struct buffer text = {0};
        buffer_printf(&text, "<x xmlns='%s'>%s</x>", xml_ns(owner), xml);
        struct error error = {{0}};
        xmlDoc *doc = xml_parse(buffer_bytes(&text), &error);
        buffer_free(&text);
        if (doc == NULL) {
            ok = stage_trouble(
                stage, "what is added is not well-formed: %s", error.message);
            break;
        }
        xmlNode *child = xmlDocGetRootElement(doc)->children;
        for (; child != NULL; child = child->next)
            xmlAddChild(owner, xmlDocCopyNode(child, owner->doc, 1));
        xmlFreeDoc(doc);
    }
    xmlXPathFreeObject(found);
    return ok;
}

/* "hash" in "//hashes:hash", but not "desc" in "description". */
static bool mentions(const char *text, const char *word)
{
    for (; text != NULL && (text = strstr(text, word)) != NULL; text++) {
        if (!isalpha((unsigned char)text[strlen(word)]))
            return true;
    }
    return false;
}

/* Is the step about this itself? Then it is sent as it is written. */
static bool is_about(
    struct stage *stage, const struct script_step *step, const char *word)
{
    for (size_t i = 0; i < step->clauses.count; i++) {
        const struct script_clause *clause = &step->clauses.items[i];
        for (size_t n = 0; n < SCRIPT_ARGS; n++) {
            if (mentions(clause->args[n].text, word))
                return true;
        }
    }
    const struct script *script = stage->script;
    const char *needs =
        script_actor_key(&script->actors.items[script->subject], "needs");
    return script_has_tag(script, word) || mentions(needs, word);
}

static void name_hashes_only(xmlNode *file)
{
    for (xmlNode *child = file->children; child != NULL; child = child->next) {
        if (strcmp((const char *)child->name, "hash") != 0)
            continue;
        xmlNodeSetName(child, (const xmlChar *)"hash-used");
        xmlNodeSetContent(child, NULL);
    }
}

static void describe(xmlNode *file)
{
    if (xml_child(file, NULL, "desc") == NULL)
        xmlNewChild(
            file, file->ns, (const xmlChar *)"desc", (const xmlChar *)"a file");
}

/* What the client refuses every offer for would hide all else about it: where
 * the case is not about that, a puppet's offer from the library goes round
 * it, in a way that XEP-0234 s5 allows. */
static const struct {
    const char *frailty, *word;
    void (*go_round)(xmlNode *file);
} frailties[] = {
    {"misreads-hashes", "hash", name_hashes_only},
    {"wants-desc", "desc", describe},
};
enum { FRAILTIES = sizeof frailties / sizeof *frailties };

static bool goes_round(
    struct stage *stage, const struct script_step *step, size_t frailty)
{
    const struct venue *venue = stage->venue;
    return step->templ != NULL && stage->script->subject >= 0 &&
           venue->driver->can(&venue->options.subject, venue->house,
               frailties[frailty].frailty) &&
           !is_about(stage, step, frailties[frailty].word);
}

static void go_round(xmlNode *stanza, void (*change)(xmlNode *file))
{
    struct error error = {{0}};
    xmlXPathObjectPtr found = xpath_eval(stanza,
        "//*[local-name()='jingle' and @action='session-initiate']"
        "//*[local-name()='file']",
        &error);
    if (found == NULL)
        return;
    for (size_t i = 0; found->type == XPATH_NODESET && i < count_of(found); i++)
        change(found->nodesetval->nodeTab[i]);
    xmlXPathFreeObject(found);
}

static bool has_edits(const struct script_step *step)
{
    for (size_t i = 0; i < step->clauses.count; i++) {
        enum clause_id id = step->clauses.items[i].clause->id;
        if (id == CLAUSE_WITH || id == CLAUSE_WITHOUT || id == CLAUSE_ADD)
            return true;
    }
    return false;
}

bool edit_apply(struct stage *stage, const struct script_step *step,
    const char *xml, struct buffer *out)
{
    bool round[FRAILTIES], plain = !has_edits(step);
    for (size_t i = 0; i < FRAILTIES; i++) {
        round[i] = goes_round(stage, step, i);
        plain = plain && !round[i];
    }
    if (plain) {
        buffer_add_text(out, xml);
        return true;
    }
    xmlDoc *doc = edit_parse(stage, xml);
    if (doc == NULL)
        return false;
    for (size_t i = 0; i < FRAILTIES; i++) {
        if (round[i])
            go_round(edit_stanza(doc), frailties[i].go_round);
    }
    bool ok = true;
    for (size_t i = 0; ok && i < step->clauses.count; i++) {
        const struct script_clause *clause = &step->clauses.items[i];
        xmlNode *stanza = edit_stanza(doc);
        if (clause->clause->id == CLAUSE_WITH)
            ok = set(stage, stanza, clause);
        else if (clause->clause->id == CLAUSE_WITHOUT)
            ok = remove_found(stage, stanza, clause);
        else if (clause->clause->id == CLAUSE_ADD)
            ok = add(stage, stanza, clause);
    }
    if (ok)
        xml_print(edit_stanza(doc), out);
    xmlFreeDoc(doc);
    return ok;
}
