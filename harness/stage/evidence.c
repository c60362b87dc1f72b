/* What `jinglespec jet open` needs to decrypt an encrypted transfer of a case
 * again: OMEMO keys as they were before it, and the bytes of sockets. In-band
 * bytes are in the transcript. The keys are of accounts that live as long as
 * the case. */
#include "base/file.h"
#include "omemo/device.h"
#include "record/transcript.h"
#include "stage/stage.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MOST = 4 << 20 };

struct piece {
    const char *name;
    struct buffer content;
    bool too_long;
};

struct evidence {
    VEC(struct piece) pieces;
};

static struct piece *piece_of(struct stage *stage, const char *name)
{
    if (stage->evidence == NULL)
        stage->evidence = mem_alloc(sizeof *stage->evidence);
    struct evidence *evidence = stage->evidence;
    for (size_t i = 0; i < evidence->pieces.count; i++) {
        if (strcmp(evidence->pieces.items[i].name, name) == 0)
            return &evidence->pieces.items[i];
    }
    struct piece piece = {.name = name};
    vec_push(&evidence->pieces, piece);
    return &evidence->pieces.items[evidence->pieces.count - 1];
}

void evidence_keys(struct stage *stage, const struct script_actor *role,
    const struct omemo_device *device)
{
    const char *name = arena_printf(stage->arena, "%s.keys.json", role->name);
    if (device != NULL)
        omemo_device_save(device, &piece_of(stage, name)->content);
}

void evidence_bytes(
    struct stage *stage, const char *socket, const char *to, struct bytes data)
{
    if (stage->evidence == NULL) /* nobody has keys: nothing is encrypted */
        return;
    struct piece *piece = piece_of(stage,
        arena_printf(stage->arena, "%s-to-%s.bin", socket, to ? to : "nobody"));
    if (piece->content.len + data.len > BYTES_MOST)
        piece->too_long = true;
    else if (!piece->too_long)
        buffer_add(&piece->content, data.data, data.len);
}

static void attach(struct stage *stage, const struct piece *piece)
{
    struct buffer text = {0};
    base64_encode(&text, piece->content.data, piece->content.len);
    struct record_attachment attachment = {
        piece->name, arena_strdup(stage->arena, buffer_text(&text))};
    vec_push(&stage->c->attachments, attachment);
    buffer_free(&text);
}

static void keep_file(
    struct stage *stage, const char *name, const struct buffer *content)
{
    struct error error;
    char *plain = mem_strdup(name);
    for (char *p = plain; *p != 0; p++)
        *p = *p == '/' ? '_' : *p;
    char *path = file_join(stage->directory, plain);
    if (!file_write(path, buffer_bytes(content), &error))
        stage_trouble(stage, "%s", error.message);
    free(path);
    free(plain);
}

void evidence_end(struct stage *stage)
{
    struct evidence *evidence = stage->evidence;
    bool wanted = evidence != NULL && stage->directory != NULL;
    bool failed = stage->c->verdict != VERDICT_PASSED &&
                  stage->c->verdict != VERDICT_UNSUPPORTED;
    bool keep = stage->venue->options.keep;
    for (size_t i = 0; evidence != NULL && i < evidence->pieces.count; i++) {
        struct piece *piece = &evidence->pieces.items[i];
        if (wanted && !piece->too_long && failed)
            attach(stage, piece);
        if (wanted && !piece->too_long && keep)
            keep_file(stage, piece->name, &piece->content);
        buffer_free(&piece->content);
    }
    if (wanted && keep) {
        struct buffer transcript = {0};
        record_transcript(stage->c, &transcript);
        keep_file(stage, "transcript.xml", &transcript);
        buffer_free(&transcript);
    }
    if (evidence != NULL)
        vec_free(&evidence->pieces);
    free(evidence);
    stage->evidence = NULL;
}
