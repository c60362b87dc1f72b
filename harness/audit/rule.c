#include "audit/rule.h"

#include <string.h>

#define PARTICLES "element group choice sequence any"

/* Children of each element: groups in their order, ":1" at most one. */
static const struct {
    const char *parent, *children;
} contents[] = {
    {"schema", "import include redefine annotation;element attribute "
               "simpleType complexType group attributeGroup notation "
               "annotation"},
    {"element", "annotation:1;simpleType complexType:1;unique key keyref"},
    {"attribute", "annotation:1;simpleType:1"},
    {"complexType",
        "annotation:1;simpleContent complexContent group all choice "
        "sequence:1;" RULE_ATTRIBUTES ";anyAttribute:1"},
    {"simpleContent", "annotation:1;restriction extension:1"},
    {"complexContent", "annotation:1;restriction extension:1"},
    {"extension", "annotation:1;group all choice sequence:1;" RULE_ATTRIBUTES
                  ";anyAttribute:1"},
    {"simpleType", "annotation:1;restriction list union:1"},
    {"list", "annotation:1;simpleType:1"},
    {"union", "annotation:1;simpleType"},
    {"all", "annotation:1;element"},
    {"choice", "annotation:1;" PARTICLES},
    {"sequence", "annotation:1;" PARTICLES},
    {"group", "annotation:1;all choice sequence:1"},
    {"attributeGroup", "annotation:1;" RULE_ATTRIBUTES ";anyAttribute:1"},
    {"any", "annotation:1"},
    {"anyAttribute", "annotation:1"},
    {"import", "annotation:1"},
    {"include", "annotation:1"},
    {"annotation", "appinfo documentation"},
    {"unique", "annotation:1;selector:1;field"},
    {"key", "annotation:1;selector:1;field"},
    {"keyref", "annotation:1;selector:1;field"},
};
static const char complex_restriction[] =
    "annotation:1;group all choice sequence:1;" RULE_ATTRIBUTES
    ";anyAttribute:1";
static const char simple_content_restriction[] =
    "annotation:1;simpleType:1;" RULE_FACETS ";" RULE_ATTRIBUTES
    ";anyAttribute:1";
static const char simple_restriction[] =
    "annotation:1;simpleType:1;" RULE_FACETS;

/* Attributes of each element ("id" is everywhere); global ones behind '|'. */
static const struct {
    const char *element, *local, *global;
} attributes[] = {
    {"schema",
        "targetNamespace elementFormDefault attributeFormDefault "
        "blockDefault finalDefault version xml:lang",
        NULL},
    {"element",
        "name type ref minOccurs maxOccurs default fixed nillable form block",
        "name type default fixed nillable block final abstract "
        "substitutionGroup"},
    {"attribute", "name type ref use default fixed form",
        "name type default fixed"},
    {"complexType", "mixed", "name mixed abstract block final"},
    {"simpleType", "", "name final"},
    {"simpleContent", "", NULL},
    {"complexContent", "mixed", NULL},
    {"extension", "base", NULL},
    {"restriction", "base", NULL},
    {"list", "itemType", NULL},
    {"union", "memberTypes", NULL},
    {"all", "minOccurs maxOccurs", NULL},
    {"choice", "minOccurs maxOccurs", NULL},
    {"sequence", "minOccurs maxOccurs", NULL},
    {"group", "ref minOccurs maxOccurs", "name"},
    {"attributeGroup", "ref", "name"},
    {"any", "namespace processContents minOccurs maxOccurs", NULL},
    {"anyAttribute", "namespace processContents", NULL},
    {"import", "namespace schemaLocation", NULL},
    {"include", "schemaLocation", NULL},
};

bool rule_has(const char *words, size_t len, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= len; i++) {
        bool start = i == 0 || words[i - 1] == ' ';
        bool end = i + n == len || words[i + n] == ' ' || words[i + n] == ':';
        if (start && end && memcmp(words + i, word, n) == 0)
            return true;
    }
    return false;
}

const char *rule_contents(const struct tree_node *node)
{
    const char *name = xsd_name(node);
    if (strcmp(name, "restriction") == 0) {
        if (xsd_is(node->parent, "complexContent"))
            return complex_restriction;
        return xsd_is(node->parent, "simpleContent")
                   ? simple_content_restriction
                   : simple_restriction;
    }
    if (strcmp(name, "extension") == 0 && xsd_is(node->parent, "simpleContent"))
        return "annotation:1;" RULE_ATTRIBUTES ";anyAttribute:1";
    if (rule_has(RULE_FACETS, strlen(RULE_FACETS), name) && *name != '\0')
        return "annotation:1";
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        if (strcmp(contents[i].parent, name) == 0)
            return contents[i].children;
    return NULL;
}

const char *rule_attributes(const struct tree_node *node)
{
    bool global = xsd_is(node->parent, "schema");
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i].element, xsd_name(node)) == 0)
            return global && attributes[i].global != NULL ? attributes[i].global
                                                          : attributes[i].local;
    return NULL;
}

const char *rule_similar(const char *name)
{
    const char *best = NULL;
    int distance = 3;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        int d = edit_distance(contents[i].parent, name);
        if (d < distance) {
            distance = d;
            best = contents[i].parent;
        }
    }
    return best;
}
