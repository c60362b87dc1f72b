/* Verbs that keep values and judge what was received. */
#include "base/xml.h"
#include "script/xpath.h"
#include "stage/stage.h"

#include <string.h>

static const struct named *named_of(struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->named.count; i++) {
        if (strcmp(stage->named.items[i].name, name) == 0)
            return &stage->named.items[i];
    }
    return NULL;
}

/* The stanza that an argument names, or the one received last. */
static xmlNode *stanza_of(struct stage *stage, const char *name)
{
    if (name == NULL) {
        if (stage->last == NULL)
            stage_trouble(stage, "no stanza was received yet");
        return stage->last;
    }
    const struct named *named = named_of(stage, name);
    if (named == NULL)
        stage_trouble(stage, "there is no stanza '%s' yet", name);
    return named == NULL ? NULL : edit_stanza(named->doc);
}

static xmlXPathObjectPtr evaluate(
    struct stage *stage, xmlNode *stanza, const struct script_arg *arg)
{
    struct error error = {{0}};
    char *expr = stanza == NULL ? NULL : stage_xpath(stage, arg->xpath);
    if (expr == NULL)
        return NULL;
    xmlXPathObjectPtr found = xpath_eval(stanza, expr, &error);
    if (found == NULL)
        stage_trouble(stage, "%s", error.message);
    return found;
}

static bool begin_keep(struct stage *stage, const struct script_step *step)
{
    /* "of STANZA" may be left out. */
    bool named = step->args[1].kind == PLACE_STANZA;
    const char *of = named ? step->args[1].text : NULL;
    const char *name = step->args[named ? 2 : 1].text;
    xmlXPathObjectPtr found =
        evaluate(stage, stanza_of(stage, of), &step->args[0]);
    if (found == NULL)
        return false;
    bool there = found->type != XPATH_NODESET || xpath_true(found);
    xmlChar *text = xmlXPathCastToString(found);
    xmlXPathFreeObject(found);
    if (there)
        stage_keep(stage, name, arena_strdup(stage->arena, (const char *)text));
    xmlFree(text);
    return there || stage_fail(stage, "there is no %s in the stanza",
                        step->args[0].text);
}

static bool begin_let(struct stage *stage, const struct script_step *step)
{
    char *value = stage_value(stage, step->args[1].text);
    if (value != NULL)
        stage_keep(stage, step->args[0].text, value);
    return value != NULL;
}

static bool judge(struct stage *stage, const char *name,
    const struct script_arg *path, bool wanted)
{
    xmlNode *stanza = stanza_of(stage, name);
    xmlXPathObjectPtr found = evaluate(stage, stanza, path);
    if (found == NULL)
        return false;
    bool has = xpath_true(found);
    xmlXPathFreeObject(found);
    if (has == wanted)
        return true;
    struct buffer out = {0}, clean = {0};
    xml_print(stanza, &out);
    buffer_add_clean(&clean, out.data, out.len);
    stage->c->expected =
        arena_printf(stage->arena, "%s%s", wanted ? "" : "no ", path->text);
    stage->c->received = arena_strdup(stage->arena, buffer_text(&clean));
    buffer_free(&out);
    buffer_free(&clean);
    return stage_fail(
        stage, "the stanza %s %s", wanted ? "lacks" : "has", path->text);
}

static bool begin_has(struct stage *stage, const struct script_step *step)
{
    return judge(stage, NULL, &step->args[0], true);
}

static bool begin_has_no(struct stage *stage, const struct script_step *step)
{
    return judge(stage, NULL, &step->args[0], false);
}

static bool begin_of_has(struct stage *stage, const struct script_step *step)
{
    return judge(stage, step->args[0].text, &step->args[1], true);
}

static bool begin_of_has_no(struct stage *stage, const struct script_step *step)
{
    return judge(stage, step->args[0].text, &step->args[1], false);
}

static bool begin_before(struct stage *stage, const struct script_step *step)
{
    const struct named *first = named_of(stage, step->args[0].text);
    const struct named *second = named_of(stage, step->args[1].text);
    if (first == NULL || second == NULL)
        return stage_trouble(stage, "there is no stanza '%s' yet",
            step->args[first == NULL ? 0 : 1].text);
    return first->serial < second->serial ||
           stage_fail(stage, "'%s' came after '%s'", first->name, second->name);
}

static bool compare(
    struct stage *stage, const struct script_step *step, bool wanted)
{
    char *a = stage_value(stage, step->args[0].text);
    char *b = stage_value(stage, step->args[1].text);
    if (a == NULL || b == NULL)
        return false;
    if ((strcmp(a, b) == 0) == wanted)
        return true;
    stage->c->expected =
        arena_printf(stage->arena, "%s'%s'", wanted ? "" : "anything but ", b);
    stage->c->received = arena_printf(stage->arena, "'%s'", a);
    return stage_fail(
        stage, "%s is %s'%s'", step->args[0].text, wanted ? "not " : "", b);
}

static bool begin_equal(struct stage *stage, const struct script_step *step)
{
    return compare(stage, step, true);
}

static bool begin_differ(struct stage *stage, const struct script_step *step)
{
    return compare(stage, step, false);
}

static bool begin_note(struct stage *stage, const struct script_step *step)
{
    char *text = stage_value(stage, step->args[0].text);
    if (text != NULL)
        stage_event(
            stage, EVENT_NOTE, NULL, NULL, text, bytes_of(NULL, 0), NULL);
    return text != NULL;
}

const struct verb_action check_actions[VERB_COUNT] = {
    [VERB_KEEP] = {begin_keep, NULL, NULL},
    [VERB_LET] = {begin_let, NULL, NULL},
    [VERB_CHECK_HAS] = {begin_has, NULL, NULL},
    [VERB_CHECK_HAS_NO] = {begin_has_no, NULL, NULL},
    [VERB_CHECK_OF_HAS] = {begin_of_has, NULL, NULL},
    [VERB_CHECK_OF_HAS_NO] = {begin_of_has_no, NULL, NULL},
    [VERB_CHECK_BEFORE] = {begin_before, NULL, NULL},
    [VERB_CHECK_EQUAL] = {begin_equal, NULL, NULL},
    [VERB_CHECK_DIFFER] = {begin_differ, NULL, NULL},
    [VERB_NOTE] = {begin_note, NULL, NULL},
};
