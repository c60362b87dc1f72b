/* libxml2 compiles the repaired schema. What it imports is stubbed from what
 * it refers to, so that no other schema's fault is told of this one. */
#include "audit/compile.h"

#include <libxml/xmlIO.h>
#include <stdio.h>
#include <string.h>

/* A stub is found again by its address in the location that libxml2 asks
 * for; the process reads no schema by any other way. */
#define LOCATION "jinglespec-stub:"

struct stub {
    const char *data;
    size_t len, at;
};

static int stub_match(const char *location)
{
    return strncmp(location, LOCATION, sizeof LOCATION - 1) == 0;
}

static void *stub_open(const char *location)
{
    void *address = NULL;
    if (sscanf(location + sizeof LOCATION - 1, "%p", &address) != 1)
        return NULL;
    struct stub *stub = address;
    stub->at = 0;
    return stub;
}

static int stub_read(void *context, char *out, int len)
{
    struct stub *stub = context;
    size_t n = stub->len - stub->at;
    if (n > (size_t)len)
        n = (size_t)len;
    memcpy(out, stub->data + stub->at, n);
    stub->at += n;
    return (int)n;
}

static int stub_close(void *context)
{
    (void)context;
    return 0;
}

void compile_start(void)
{
    xmlRegisterInputCallbacks(stub_match, stub_open, stub_read, stub_close);
}

void compile_end(void)
{
    xmlPopInputCallbacks();
}

static bool simple_wanted(
    const struct tree_node *node, const struct tree_attr *attr)
{
    return xsd_is(node, "attribute") || strcmp(attr->name, "itemType") == 0 ||
           strcmp(attr->name, "memberTypes") == 0 ||
           xsd_is(node->parent, "simpleType") ||
           xsd_is(node->parent, "simpleContent");
}

static void stub_component(
    struct buffer *out, const char *kind, const char *name, bool simple)
{
    if (strcmp(kind, "element") == 0)
        buffer_printf(out, "<x:element name='%s'/>\n", name);
    else if (strcmp(kind, "attribute") == 0)
        buffer_printf(
            out, "<x:attribute name='%s' type='x:anySimpleType'/>\n", name);
    else if (strcmp(kind, "group") == 0)
        buffer_printf(out,
            "<x:group name='%s'><x:choice><x:any namespace='##targetNamespace'"
            " processContents='skip' minOccurs='0'/></x:choice></x:group>\n",
            name);
    else if (strcmp(kind, "attributeGroup") == 0)
        buffer_printf(out, "<x:attributeGroup name='%s'/>\n", name);
    else if (simple)
        buffer_printf(out,
            "<x:simpleType name='%s'><x:restriction base='x:string'/>"
            "</x:simpleType>\n",
            name);
    else
        buffer_printf(out,
            "<x:complexType name='%s'><x:complexContent><x:extension "
            "base='x:anyType'/></x:complexContent></x:complexType>\n",
            name);
}

/* Declares what the schema refers to in ns, each once. */
static struct stub *make_stub(
    struct audit *audit, const struct schema *schema, const char *ns)
{
    struct buffer out = {0};
    struct buffer seen = {0};
    buffer_printf(&out, "<x:schema xmlns:x='" XSD_NS "' targetNamespace='");
    buffer_add_xml(&out, ns, strlen(ns));
    buffer_add_text(&out, "' elementFormDefault='qualified'>\n");
    for (const struct tree_node *n = schema->root; n != NULL;
         n = tree_following(n, schema->root)) {
        for (size_t i = 0; *xsd_name(n) != '\0' && i < n->attr_count; i++) {
            const struct tree_attr *a = &n->attrs[i];
            const char *kind = strcmp(a->name, "ref") == 0 ? xsd_name(n)
                               : strcmp(a->name, "substitutionGroup") == 0
                                   ? "element"
                               : strcmp(a->name, "type") == 0 ||
                                       strcmp(a->name, "base") == 0 ||
                                       strcmp(a->name, "itemType") == 0 ||
                                       strcmp(a->name, "memberTypes") == 0
                                   ? "type"
                                   : NULL;
            if (kind == NULL || *a->value == '\0')
                continue;
            struct qname q = schema_qname(audit->arena, n, a->value);
            if (q.ns == NULL || strcmp(q.ns, ns) != 0)
                continue;
            const char *mark =
                arena_printf(audit->arena, "|%s %s|", kind, q.local);
            if (strstr(buffer_text(&seen), mark) != NULL)
                continue;
            buffer_add_text(&seen, mark);
            stub_component(&out, kind, q.local, simple_wanted(n, a));
        }
    }
    buffer_add_text(&out, "</x:schema>\n");
    struct stub *stub = arena_alloc(audit->arena, sizeof *stub);
    stub->data = arena_strdup(audit->arena, buffer_text(&out));
    stub->len = out.len;
    buffer_free(&out);
    buffer_free(&seen);
    return stub;
}

static void redirect_imports(
    struct audit *audit, const struct schema *schema, xmlDocPtr doc)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlNodePtr next;
    for (xmlNodePtr n = root->children; n != NULL; n = next) {
        next = n->next;
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (xmlStrEqual(n->name, (const xmlChar *)"include") ||
            xmlStrEqual(n->name, (const xmlChar *)"redefine")) {
            xmlUnlinkNode(n);
            xmlFreeNode(n);
            continue;
        }
        if (!xmlStrEqual(n->name, (const xmlChar *)"import"))
            continue;
        xmlUnsetProp(n, (const xmlChar *)"schemaLocation");
        xmlChar *ns = xmlGetNoNsProp(n, (const xmlChar *)"namespace");
        if (ns == NULL || *ns == '\0' ||
            strcmp((const char *)ns, schema->ns) == 0) {
            xmlFree(ns);
            continue;
        }
        char location[64];
        snprintf(location, sizeof location, LOCATION "%p",
            (void *)make_stub(audit, schema, (const char *)ns));
        xmlNewProp(
            n, (const xmlChar *)"schemaLocation", (const xmlChar *)location);
        xmlFree(ns);
    }
}

struct complaint {
    struct arena *arena;
    const char *message;
    int code, line;
    const xmlDoc *doc;
};

static void on_error(void *context, xmlErrorPtr error)
{
    struct complaint *c = context;
    if (c->message != NULL || error->level < XML_ERR_ERROR ||
        error->message == NULL)
        return;
    c->message =
        arena_strndup(c->arena, error->message, strcspn(error->message, "\n"));
    c->code = error->code;
    const xmlNode *node = error->node;
    c->line = node != NULL && node->doc == c->doc ? (int)xmlGetLineNo(node)
                                                  : error->line;
}

struct compiled *compile_schema(struct audit *audit, struct schema *schema,
    const char **complaint, int *line)
{
    xmlDocPtr doc =
        xmlReadMemory(schema->text.data, (int)schema->text.len, "schema.xsd",
            NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (doc == NULL || xmlDocGetRootElement(doc) == NULL) {
        xmlFreeDoc(doc);
        return NULL;
    }
    redirect_imports(audit, schema, doc);
    struct complaint c = {.arena = audit->arena, .doc = doc};
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewDocParserCtxt(doc);
    xmlSchemaSetParserStructuredErrors(parser, on_error, &c);
    xmlSchemaPtr compiled = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    if (compiled == NULL) {
        xmlFreeDoc(doc);
        *complaint = c.message == NULL ? "no reason given" : c.message;
        *line = c.line;
        return NULL;
    }
    struct compiled *out = mem_alloc(sizeof *out);
    out->schema = compiled;
    out->doc = doc;
    return out;
}

void compiled_free(struct compiled *compiled)
{
    if (compiled == NULL)
        return;
    xmlSchemaFree(compiled->schema);
    xmlFreeDoc(compiled->doc);
    free(compiled);
}

/* The innermost named component that starts at or before a line. */
static const struct tree_node *component_at(
    const struct schema *schema, int line)
{
    const struct tree_node *found = schema->root;
    for (const struct tree_node *n = schema->root; n != NULL;
         n = tree_following(n, schema->root))
        if (n->name != NULL && tree_line(schema->text.data, n->at) <= line &&
            tree_line(schema->text.data, n->at_end) >= line)
            found = n;
    return found;
}

/* The gist of libxml2's sentence, for a key: what follows the last colon. */
static const char *gist(struct arena *arena, const char *message)
{
    const char *at = strstr(message, "}");
    const char *colon = NULL;
    for (const char *p = strstr(message, ": "); p != NULL;
         p = strstr(p + 2, ": "))
        colon = p;
    (void)at;
    const char *text = colon == NULL ? message : colon + 2;
    return arena_strndup(arena, text, strlen(text) < 90 ? strlen(text) : 90);
}

void compile_check(struct audit *audit, struct schema *schema)
{
    const char *complaint = NULL;
    int line = 0;
    struct compiled *compiled =
        compile_schema(audit, schema, &complaint, &line);
    schema->compiles = compiled != NULL;
    compiled_free(compiled);
    /* A schema with a fault that was told already may owe this one to it, or
     * to our repair. */
    if (schema->compiles || complaint == NULL || schema->faulty)
        return;
    if (strstr(complaint, "does not resolve") != NULL &&
        schema_in_parts(&audit->catalog, schema))
        return; /* in a part that the XEP does not print */
    const struct tree_node *node = component_at(schema, line);
    schema_finding(audit, schema, node, SEVERITY_ERROR, "compile",
        gist(audit->arena, complaint),
        arena_printf(
            audit->arena, "the schema does not compile: %s", complaint));
}

/* Nothing is loaded: imports lose their place, other files are left out.
 * True: there are imports. */
static bool cut_off(xmlDocPtr doc)
{
    bool imports = false;
    xmlNodePtr n = xmlFirstElementChild(xmlDocGetRootElement(doc));
    while (n != NULL) {
        xmlNodePtr next = xmlNextElementSibling(n);
        imports |= xmlStrEqual(n->name, (const xmlChar *)"import") != 0;
        xmlUnsetProp(n, (const xmlChar *)"schemaLocation");
        if (xmlStrEqual(n->name, (const xmlChar *)"include") ||
            xmlStrEqual(n->name, (const xmlChar *)"redefine")) {
            xmlUnlinkNode(n);
            xmlFreeNode(n);
        }
        n = next;
    }
    return imports;
}

const char *compile_printed(struct arena *arena, const char *schema, size_t len)
{
    struct complaint c = {.arena = arena};
    xmlSetStructuredErrorFunc(&c, on_error);
    xmlDocPtr doc =
        xmlReadMemory(schema, (int)len, "schema.xsd", NULL, XML_PARSE_NONET);
    if (doc != NULL && xmlDocGetRootElement(doc) != NULL) {
        bool imports = cut_off(doc);
        xmlSchemaParserCtxtPtr parser = xmlSchemaNewDocParserCtxt(doc);
        xmlSchemaSetParserStructuredErrors(parser, on_error, &c);
        xmlSchemaFree(xmlSchemaParse(parser));
        xmlSchemaFreeParserCtxt(parser);
        /* What is imported would resolve by the other XEPs' schemas. */
        if (imports && c.message != NULL &&
            strstr(c.message, "does not resolve") != NULL)
            c.message = NULL;
    }
    xmlFreeDoc(doc);
    xmlSetStructuredErrorFunc(NULL, NULL);
    return c.message;
}
