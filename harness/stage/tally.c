/* What went through each byte stream of a case: how much, its digest, how it
 * began. Counted where the harness sees the bytes themselves: a puppet's
 * socket, or the data of an in-band bytestream on the wire. */
#include "base/clock.h"
#include "base/xml.h"
#include "stage/stage.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { STREAMS_MOST = 64, FIRST_BYTES = 64 };

struct tally {
    size_t stream; /* index into the record's streams */
    EVP_MD_CTX *digest;
    uint8_t first[FIRST_BYTES];
    size_t first_len;
};

struct tallies {
    VEC(struct tally) list;
};

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct tally *tally_of(struct stage *stage, const char *kind,
    const char *name, const char *from, const char *to)
{
    if (stage->tallies == NULL)
        stage->tallies = mem_alloc(sizeof *stage->tallies);
    for (size_t i = stage->tallies->list.count; i-- > 0;) {
        struct tally *tally = &stage->tallies->list.items[i];
        const struct record_stream *stream =
            &stage->c->streams.items[tally->stream];
        if (same(stream->kind, kind) && same(stream->name, name) &&
            same(stream->from, from))
            return tally;
    }
    if (stage->tallies->list.count >= STREAMS_MOST)
        return NULL;
    struct record_stream stream = {
        .name = arena_strdup(stage->arena, name),
        .kind = kind,
        .from = from,
        .to = to,
        .began_us = clock_us() - stage->began_us,
    };
    struct tally tally = {stage->c->streams.count, EVP_MD_CTX_new(), {0}, 0};
    EVP_DigestInit_ex(tally.digest, EVP_sha256(), NULL);
    vec_push(&stage->c->streams, stream);
    vec_push(&stage->tallies->list, tally);
    return &stage->tallies->list.items[stage->tallies->list.count - 1];
}

void tally_bytes(struct stage *stage, const char *kind, const char *name,
    const char *from, const char *to, struct bytes data)
{
    struct tally *tally = tally_of(stage, kind, name, from, to);
    if (tally == NULL)
        return;
    struct record_stream *stream = &stage->c->streams.items[tally->stream];
    stream->bytes += (int64_t)data.len;
    stream->ended_us = clock_us() - stage->began_us;
    EVP_DigestUpdate(tally->digest, data.data, data.len);
    size_t room = FIRST_BYTES - tally->first_len;
    size_t len = data.len < room ? data.len : room;
    if (len > 0)
        memcpy(tally->first + tally->first_len, data.data, len);
    tally->first_len += len;
}

static const char *name_of_jid(const struct stage *stage, const char *jid)
{
    for (size_t i = 0; jid != NULL && i < stage->player_count; i++) {
        const char *bare = stage->players[i].jid;
        size_t len = strlen(bare);
        if (strncmp(jid, bare, len) == 0 && (jid[len] == 0 || jid[len] == '/'))
            return stage->players[i].role->name;
    }
    return NULL;
}

void tally_stanza(
    struct stage *stage, const struct player *player, const xmlNode *stanza)
{
    const xmlNode *data =
        xml_child(stanza, "http://jabber.org/protocol/ibb", "data");
    const char *sid = xml_attr(data, "sid");
    if (sid == NULL || strlen(sid) > 200)
        return;
    struct buffer text = {0}, bytes = {0};
    xml_text(data, &text);
    if (base64_decode(&bytes, buffer_text(&text), text.len, true))
        tally_bytes(stage, "ibb", sid, player->role->name,
            name_of_jid(stage, xml_attr(stanza, "to")), buffer_bytes(&bytes));
    buffer_free(&text);
    buffer_free(&bytes);
}

static const char *hex(struct stage *stage, const uint8_t *data, size_t len)
{
    struct buffer text = {0};
    hex_encode(&text, data, len);
    const char *copy = arena_strdup(stage->arena, buffer_text(&text));
    buffer_free(&text);
    return copy;
}

void tally_end(struct stage *stage)
{
    if (stage->tallies == NULL)
        return;
    for (size_t i = 0; i < stage->tallies->list.count; i++) {
        struct tally *tally = &stage->tallies->list.items[i];
        struct record_stream *stream = &stage->c->streams.items[tally->stream];
        uint8_t digest[EVP_MAX_MD_SIZE];
        unsigned len = 0;
        EVP_DigestFinal_ex(tally->digest, digest, &len);
        EVP_MD_CTX_free(tally->digest);
        stream->sha256 = hex(stage, digest, len);
        stream->first_bytes = hex(stage, tally->first, tally->first_len);
    }
    vec_free(&stage->tallies->list);
    free(stage->tallies);
    stage->tallies = NULL;
}
