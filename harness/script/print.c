#include "script/parser.h"

#include "base/bytes.h"

#include <string.h>

static void add_tabs(struct buffer *out, size_t count)
{
    while (count-- > 0)
        buffer_add_text(out, "\t");
}

static void print_block(struct buffer *out, const char *text, size_t tabs)
{
    while (*text != 0) {
        size_t len = strcspn(text, "\n");
        if (len > 0)
            add_tabs(out, tabs);
        buffer_add(out, text, len);
        buffer_add_text(out, "\n");
        text += len + (text[len] != 0);
    }
}

static void print_keys(
    struct buffer *out, const struct script_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "\t%s: %s\n", keys[i].name, keys[i].value);
    buffer_add_text(out, "\n");
}

static bool is_xml(const struct script_step *step)
{
    return step->xml != NULL || step->branches.count > 0;
}

/* The line as written, with single blanks and the colon where one belongs. */
static void print_sentence(
    struct buffer *out, const struct script_step *step, size_t depth)
{
    const char *text = step->text;
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t:", text[len - 1]) != NULL)
        len--;
    add_tabs(out, depth);
    buffer_add(out, text, len);
    buffer_add_text(out, is_xml(step) ? ":\n" : "\n");
}

static void print_steps(
    struct buffer *out, const struct script_steps *steps, size_t depth);

static void print_branches(
    struct buffer *out, const struct script_step *step, size_t depth)
{
    bool either = step->verb->id == VERB_EITHER;
    for (size_t i = 0; i < step->branches.count; i++) {
        if (either && i > 0) {
            add_tabs(out, depth);
            buffer_add_text(out, "or:\n");
        }
        print_steps(out, step->branches.items[i], depth + 1);
    }
}

static void print_steps(
    struct buffer *out, const struct script_steps *steps, size_t depth)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        const struct script_step *step = &steps->list.items[i];
        print_sentence(out, step, depth);
        if (step->xml != NULL)
            print_block(out, step->xml, depth + 1);
        print_branches(out, step, depth);
        if (depth == 0 && is_xml(step))
            buffer_add_text(out, "\n");
    }
}

static bool uses_template(
    const struct script_steps *steps, const struct script_template *templ)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        const struct script_step *step = &steps->list.items[i];
        if (step->templ == templ)
            return true;
        for (size_t b = 0; b < step->branches.count; b++) {
            if (uses_template(step->branches.items[b], templ))
                return true;
        }
    }
    return false;
}

static void print_templates(struct buffer *out, const struct script *script)
{
    for (size_t i = 0; i < script->templates.count; i++) {
        const struct script_template *templ = &script->templates.items[i];
        if (!uses_template(&script->steps, templ))
            continue;
        buffer_printf(out, "[Template] %s\n", templ->name);
        print_block(out, templ->xml, 1);
        buffer_add_text(out, "\n");
    }
}

void script_print(const struct script *script, struct buffer *out)
{
    buffer_printf(out, "# %s\n", script->title);
    if (script_tag(script, "id") == NULL)
        buffer_printf(out, "## id: %s\n", script->base_id);
    for (size_t i = 0; i < script->tags.count; i++) {
        const struct script_key *tag = &script->tags.items[i];
        /* Scenes are printed as steps. */
        if (strcmp(tag->name, "values") != 0 && strcmp(tag->name, "with") != 0)
            buffer_printf(out, "## %s: %s\n", tag->name, tag->value);
    }
    for (size_t i = 0; i < script->values.count; i++)
        buffer_printf(out, "## values: %s = \"%s\"\n",
            script->values.items[i].name, script->values.items[i].value);
    buffer_add_text(out, "\n");
    for (size_t i = 0; i < script->actors.count; i++) {
        const struct script_actor *actor = &script->actors.items[i];
        buffer_printf(out, "[%s] %s\n",
            actor->role == ROLE_SUBJECT ? "Subject" : "Client", actor->name);
        print_keys(out, actor->keys.items, actor->keys.count);
    }
    for (size_t i = 0; i < script->files.count; i++) {
        buffer_printf(out, "[File] %s\n", script->files.items[i].name);
        print_keys(out, script->files.items[i].keys.items,
            script->files.items[i].keys.count);
    }
    print_templates(out, script);
    buffer_add_text(out, "-----\n\n");
    print_steps(out, &script->steps, 0);
}
