#include "jingle/transfer.h"

#include "jingle/s5b.h"
#include "jingle/safe_name.h"
#include "jingle/transport.h"

#include <string.h>

enum { BLOCK_MIN = 65536 };

/* The digests that are worth running: every kind that either side named. */
static unsigned wanted_kinds(const struct content *content)
{
    return content->file.hashes | content->file.used |
           content->file.range_hashes;
}

static bool is_whole_file(const struct content *content)
{
    const struct transfer *t = &content->transfer;
    return t->start == content->keep &&
           (!content->file.has_size || t->end >= content->file.size);
}

static void set_bounds(struct content *content)
{
    struct transfer *t = &content->transfer;
    const struct file_range *range = &content->range;
    uint64_t size = content->file.has_size ? content->file.size : UINT64_MAX;
    t->start = range->offset;
    t->end = size;
    if (range->has_length && range->length < UINT64_MAX - range->offset &&
        range->offset + range->length < size) {
        t->end = range->offset + range->length;
    }
    if (t->start > t->end) {
        t->start = t->end;
    }
}

static bool open_sending(struct content *content)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    struct client_file_info info = {0};
    t->file = c->host->file_open(c->owner, content->path, &info);
    if (!t->file) {
        return false;
    }
    content->file.size = info.size;
    content->file.has_size = true;
    set_bounds(content);
    if (fault(c, FAULT_RANGE_OFFSET_IGNORED)) {
        t->start = 0;
    }
    if (fault(c, FAULT_RANGE_LENGTH_IGNORED)) {
        t->end = info.size;
    }
    if (fault(c, FAULT_LAST_BYTE_LOST) && t->end > t->start) {
        t->end--;
    }
    if (fault(c, FAULT_EXTRA_BYTE)) {
        t->end++;
    }
    t->block = mem_alloc(
        policy(c)->io_size > BLOCK_MIN ? policy(c)->io_size : BLOCK_MIN);
    return true;
}

/* Digests what is there already, so that the whole can be judged. */
static bool digest_kept(struct content *content)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    uint8_t block[4096];
    for (uint64_t at = 0; at < content->keep;) {
        uint64_t left = content->keep - at;
        int64_t got = c->host->file_read(c->owner, t->file, at, block,
            left < sizeof block ? (size_t)left : sizeof block);
        if (got <= 0) {
            return false;
        }
        digest_update(t->whole, block, (size_t)got);
        at += (uint64_t)got;
    }
    return true;
}

static bool open_receiving(struct content *content)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    const char *name = content->file.name;
    bool slashes = fault(c, FAULT_BACKSLASH_FOLLOWED);
    if (name && (slashes || fault(c, FAULT_UNSAFE_NAME))) {
        content->safe_name = mem_strdup(name);
        for (char *at = content->safe_name; slashes && *at; at++) {
            *at = *at == '\\' ? '/' : *at;
        }
    } else {
        content->safe_name = safe_name(name);
    }
    set_bounds(content);
    t->file = c->host->file_create(c->owner, content->safe_name, content->keep);
    if (!t->file) {
        return false;
    }
    t->whole = digest_new(wanted_kinds(content));
    return digest_kept(content);
}

bool transfer_open(struct content *content)
{
    struct transfer *t = &content->transfer;
    if (t->file) {
        return true;
    }
    bool good =
        content->sending ? open_sending(content) : open_receiving(content);
    if (!good) {
        content_fail(content, "failed-application", NULL,
            content->sending ? "can't read the file" : "can't write the file");
        return false;
    }
    if (content->sending && content->checksum_due) {
        t->whole = digest_new(wanted_kinds(content));
    }
    if (!is_whole_file(content) || content->file.range_hashes) {
        t->part = digest_new(wanted_kinds(content));
    }
    t->at = t->start;
    return true;
}

static void digest_bytes(struct transfer *t, const void *data, size_t len)
{
    if (t->whole) {
        digest_update(t->whole, data, len);
    }
    if (t->part) {
        digest_update(t->part, data, len);
    }
}

static void progress(struct content *content)
{
    struct transfer *t = &content->transfer;
    if (t->end == UINT64_MAX || t->end == t->start) {
        return;
    }
    unsigned tenths =
        (unsigned)((t->at - t->start) / ((t->end - t->start + 9) / 10));
    if (tenths > t->tenths && t->at < t->end) {
        t->tenths = tenths;
        session_notify(content->session, content, CLIENT_PROGRESS, "", NULL);
    }
}

/* --- sending --- */

/* Reads the next piece of the file behind what is left in the block. */
static bool read_ahead(struct content *content)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    size_t room =
        policy(c)->io_size > BLOCK_MIN ? policy(c)->io_size : BLOCK_MIN;
    if (t->block_at) {
        memmove(t->block, t->block + t->block_at, t->block_len - t->block_at);
        t->block_len -= t->block_at;
        t->block_at = 0;
    }
    size_t want = room - t->block_len;
    if (want > t->end - t->at) {
        want = (size_t)(t->end - t->at);
    }
    uint8_t *to = t->block + t->block_len;
    int64_t got = c->host->file_read(c->owner, t->file, t->at, to, want);
    if (got <= 0 && fault(c, FAULT_EXTRA_BYTE)) {
        *to = 0;
        got = 1;
    }
    if (got <= 0) {
        t->end = t->at; /* the file shrank: the receiver will see */
        return false;
    }
    digest_bytes(t, to, (size_t)got);
    t->at += (uint64_t)got;
    t->block_len += (size_t)got;
    return true;
}

static void fill_filtered(struct content *content)
{
    struct transfer *t = &content->transfer;
    struct stream_filter *filter = content->filter;
    if (t->filtered_at) {
        buffer_drop(&t->filtered, t->filtered_at);
        t->filtered_at = 0;
    }
    if (t->at < t->end && read_ahead(content)) {
        filter->feed(filter, t->block, t->block_len, &t->filtered);
        t->block_len = 0;
    }
    if (t->at >= t->end && !t->ended) {
        t->ended = true;
        filter->end(filter, &t->filtered);
    }
}

size_t transfer_next(struct content *content, const uint8_t **data, size_t max)
{
    struct transfer *t = &content->transfer;
    size_t have;
    size_t want = max == SIZE_MAX ? 1 : max;
    if (content->filter) {
        while (t->filtered.len - t->filtered_at < want && !t->ended) {
            fill_filtered(content);
        }
        have = t->filtered.len - t->filtered_at;
        *data = have ? t->filtered.data + t->filtered_at : NULL;
    } else {
        if (t->block_len - t->block_at < want && t->at < t->end) {
            read_ahead(content);
        }
        have = t->block_len - t->block_at;
        *data = t->block + t->block_at;
    }
    return have < max ? have : max;
}

void transfer_used(struct content *content, size_t len)
{
    struct transfer *t = &content->transfer;
    t->stream += len;
    *(content->filter ? &t->filtered_at : &t->block_at) += len;
    progress(content);
}

static void send_checksum(struct content *content)
{
    struct session *session = content->session;
    struct client *c = session->c;
    struct transfer *t = &content->transfer;
    struct file_description sum = {0};
    bool whole = is_whole_file(content);
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        enum digest_kind k = (enum digest_kind)kind;
        if (whole && digest_value(t->whole, k, sum.values[kind])) {
            sum.hashes |= 1u << kind;
        }
        if (!whole && digest_value(t->part, k, sum.range_values[kind])) {
            sum.range_hashes |= 1u << kind;
        }
        if (fault(c, FAULT_CHECKSUM_WRONG)) {
            sum.values[kind][0] ^= 1;
            sum.range_values[kind][0] ^= 1;
        }
    }
    if (!whole) {
        sum.range.present = sum.range.has_length = true;
        sum.range.offset = t->start;
        sum.range.length = t->end - t->start;
    }
    struct buffer out = {0};
    session_begin(session, "session-info", &out);
    buffer_add_text(&out, "<checksum xmlns='" NS_FILE "'");
    if (!fault(c, FAULT_CHECKSUM_WITHOUT_NAME)) {
        xml_add_attr(&out, "creator",
            content->ours == session->initiator ? "initiator" : "responder");
        xml_add_attr(&out, "name", content->name);
    }
    buffer_add_text(&out, ">");
    if (fault(c, FAULT_CHECKSUM_WITHOUT_HASH)) {
        buffer_add_text(&out, "<file/>");
    } else {
        file_description_write(&sum, false, &out);
    }
    buffer_add_text(&out, "</checksum>");
    session_send(session, &out, NULL, NULL);
}

void transfer_send_checksum(struct content *content)
{
    if (content->checksum_due &&
        !fault(content->session->c, FAULT_CHECKSUM_NEVER)) {
        content->checksum_due = false;
        send_checksum(content);
    }
}

void transfer_sent(struct content *content)
{
    struct client *c = content->session->c;
    transfer_send_checksum(content);
    content->state = CONTENT_MOVED;
    c->host->file_finish(c->owner, content->transfer.file, true);
    content->transfer.file = NULL;
    session_notify(
        content->session, content, CLIENT_FILE_DONE, "success", NULL);
    session_check(content->session);
}

/* --- receiving --- */

/* Bytes that the stream still may have; UINT64_MAX: unknown. */
static uint64_t stream_left(const struct content *content)
{
    const struct transfer *t = &content->transfer;
    if (t->end == UINT64_MAX) {
        return UINT64_MAX;
    }
    uint64_t overhead = content->filter ? content->filter->overhead : 0;
    return t->end - t->start + overhead - t->stream;
}

bool transfer_is_whole(const struct content *content)
{
    return stream_left(content) == 0;
}

static bool too_large(struct content *content)
{
    content_fail(content, "media-error",
        "<file-too-large xmlns='" NS_FILE_ERRORS "'/>",
        "more bytes came than were announced or allowed");
    return false;
}

static bool write_file(struct content *content, const uint8_t *data, size_t len)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    digest_bytes(t, data, len);
    t->at += len;
    if (!c->host->file_write(c->owner, t->file, data, len)) {
        content_fail(
            content, "failed-application", NULL, "can't write the file");
        return false;
    }
    progress(content);
    return true;
}

/* A seeded fault: bytes of ours under the key that is the sender's alone. */
static void write_back(struct content *content)
{
    struct client *c = content->session->c;
    struct s5b *s5b = content->transport->s5b;
    if (!s5b || !s5b->stream) {
        return;
    }
    struct stream_filter *filter = content->filter->again(content->filter);
    struct buffer out = {0};
    filter->feed(filter, "thanks", 6, &out);
    c->host->write(c->owner, s5b->stream->id, out.data, out.len);
    filter->free(filter);
    buffer_free(&out);
}

static void send_received(struct content *content);

bool transfer_received(struct content *content, const void *data, size_t len)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    if (content->filter && fault(c, FAULT_JET_TRAILING_ACCEPTED)) {
        t->end = UINT64_MAX; /* reads on until the stream is closed */
    }
    if (len > stream_left(content)) {
        if (!fault(c, FAULT_OVERRUN_ACCEPTED)) {
            return too_large(content);
        }
        t->end = UINT64_MAX;
    }
    if (content->filter && !t->stream && fault(c, FAULT_JET_WRITES_BACK)) {
        write_back(content);
    }
    if (!t->stream && fault(c, FAULT_RECEIVED_EARLY)) {
        send_received(content);
    }
    t->stream += len;
    if (t->at - t->start + len > policy(c)->file_limit) {
        return too_large(content);
    }
    if (!content->filter) {
        return write_file(content, data, len);
    }
    buffer_clear(&t->filtered);
    if (!content->filter->feed(content->filter, data, len, &t->filtered)) {
        content_fail(content, "security-error", NULL, "can't decrypt");
        return false;
    }
    return write_file(content, t->filtered.data, t->filtered.len);
}

static void send_received(struct content *content)
{
    struct session *session = content->session;
    struct buffer out = {0};
    session_begin(session, "session-info", &out);
    buffer_add_text(&out, "<received xmlns='" NS_FILE "'");
    if (!fault(session->c, FAULT_RECEIVED_WITHOUT_NAME)) {
        xml_add_attr(&out, "creator",
            content->ours == session->initiator ? "initiator" : "responder");
        xml_add_attr(&out, "name", content->name);
    }
    buffer_add_text(&out, "/>");
    session_send(session, &out, NULL, NULL);
}

static void judged(struct content *content)
{
    struct session *session = content->session;
    struct client *c = session->c;
    struct transfer *t = &content->transfer;
    timer_forget(c, t);
    if (content->verdict == CLIENT_BAD && fault(c, FAULT_RECEIVED_FOR_BAD)) {
        send_received(content);
    }
    if (content->verdict == CLIENT_BAD && !fault(c, FAULT_HASH_IGNORED)) {
        content_fail(content, "media-error", NULL,
            "the file's hash is not the announced one");
        return;
    }
    c->host->file_finish(c->owner, t->file, true);
    t->file = NULL;
    content->state = CONTENT_DONE;
    if (policy(c)->received && session->state == SESSION_ACTIVE) {
        send_received(content);
    }
    session_notify(session, content, CLIENT_FILE_DONE, "success", NULL);
    content->transport->type->close(content->transport);
    session_check(session);
}

/* Compares whatever is announced with whatever was computed. */
static enum client_verdict compare(const struct content *content)
{
    const struct transfer *t = &content->transfer;
    const struct file_description *file = &content->file;
    enum client_verdict verdict = CLIENT_UNCHECKED;
    uint8_t value[DIGEST_MAX];
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        enum digest_kind k = (enum digest_kind)kind;
        bool of_whole = is_whole_file(content) &&
                        (file->hashes & (1u << kind)) &&
                        digest_value(t->whole, k, value);
        if (of_whole) {
            bool same = !memcmp(value, file->values[kind], digest_size(k));
            verdict = same && verdict != CLIENT_BAD ? CLIENT_GOOD : CLIENT_BAD;
        }
        bool of_part = (file->range_hashes & (1u << kind)) &&
                       digest_value(t->part, k, value);
        if (of_part) {
            bool same =
                !memcmp(value, file->range_values[kind], digest_size(k));
            verdict = same && verdict != CLIENT_BAD ? CLIENT_GOOD : CLIENT_BAD;
        }
    }
    return verdict;
}

/* Feeds the file from its handle through a filter and digests what it
 * makes. */
static bool digest_filtered(struct content *content, void *file,
    struct stream_filter *filter, struct digest *digest)
{
    struct client *c = content->session->c;
    struct buffer out = {0};
    uint8_t *block = mem_alloc(BLOCK_MIN);
    int64_t got;
    for (uint64_t at = 0;
         (got = c->host->file_read(c->owner, file, at, block, BLOCK_MIN)) > 0;
         at += (uint64_t)got) {
        filter->feed(filter, block, (size_t)got, &out);
        digest_update(digest, out.data, out.len);
        buffer_clear(&out);
    }
    filter->end(filter, &out);
    digest_update(digest, out.data, out.len);
    buffer_free(&out);
    free(block);
    return got == 0;
}

/* Some announce the hash of what goes over the wire. The tag was right, so
 * what was received encrypts to the same bytes again. */
static bool is_hash_of_stream(struct content *content)
{
    struct file_description *file = &content->file;
    if (!content->filter || !content->filter->again || !file->hashes ||
        content->keep ||
        fault(content->session->c, FAULT_JET_STREAM_HASH_REFUSED)) {
        return false;
    }
    struct stream_filter *filter = content->filter->again(content->filter);
    struct digest *digest = digest_new(file->hashes);
    bool same =
        digest_filtered(content, content->transfer.file, filter, digest);
    uint8_t value[DIGEST_MAX];
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        enum digest_kind k = (enum digest_kind)kind;
        if (digest_value(digest, k, value)) {
            same = same && !memcmp(value, file->values[kind], digest_size(k));
        }
    }
    filter->free(filter);
    digest_free(digest);
    return same;
}

void transfer_hash_sealed(struct content *content)
{
    struct client *c = content->session->c;
    struct client_file_info info = {0};
    void *file = c->host->file_open(c->owner, content->path, &info);
    if (!file) {
        return;
    }
    struct stream_filter *filter = content->filter->again(content->filter);
    struct digest *digest = digest_new(content->file.hashes);
    if (digest_filtered(content, file, filter, digest)) {
        for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
            digest_value(
                digest, (enum digest_kind)kind, content->file.values[kind]);
        }
    }
    filter->free(filter);
    digest_free(digest);
    c->host->file_finish(c->owner, file, true);
}

static void checksum_timed_out(struct client *c, void *owner)
{
    (void)c;
    struct content *content =
        (struct content *)(void *)((char *)owner -
                                   offsetof(struct content, transfer));
    judged(content);
}

/* With the hash of the file, else with that of the encrypted stream. */
static void compare_all(struct content *content)
{
    content->verdict = compare(content);
    if (content->verdict != CLIENT_BAD || !is_hash_of_stream(content)) {
        return;
    }
    content->verdict = CLIENT_GOOD;
    session_notify(content->session, content, CLIENT_NOTICE, "",
        "the announced hash is that of the encrypted stream");
}

static void note_size(struct content *content)
{
    const struct transfer *t = &content->transfer;
    if (content->filter && t->end != UINT64_MAX &&
        t->at + content->filter->overhead == t->end) {
        session_notify(content->session, content, CLIENT_NOTICE, "",
            "the announced size is that of the encrypted stream");
    }
}

void transfer_finish(struct content *content)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    if (content->state == CONTENT_MOVED || content_is_over(content)) {
        return;
    }
    if (content_given_up(content, CHECK_END)) {
        return;
    }
    content->state = CONTENT_MOVED;
    if (content->filter) {
        buffer_clear(&t->filtered);
        content->filter->plain_size =
            t->end == UINT64_MAX ? UINT64_MAX : t->end - t->start;
        if (!content->filter->end(content->filter, &t->filtered)) {
            content_fail(content, "security-error", NULL,
                "the encrypted stream was altered or cut");
            return;
        }
        if (!write_file(content, t->filtered.data, t->filtered.len)) {
            return;
        }
    }
    note_size(content);
    compare_all(content);
    bool promised = content->file.used && !content->file.hashes;
    if (content->verdict == CLIENT_UNCHECKED &&
        (promised || fault(c, FAULT_HASH_DEMANDED))) {
        if (!fault(c, FAULT_HASH_DEMANDED)) {
            timer_set(c, checksum_timed_out, t, policy(c)->end_timeout_ms);
        }
        return;
    }
    judged(content);
}

void transfer_checksum(
    struct content *content, const struct file_description *file)
{
    struct client *c = content->session->c;
    struct file_description *mine = &content->file;
    if (content->sending || content_is_over(content) ||
        fault(c, FAULT_CHECKSUM_IGNORED)) {
        return;
    }
    mine->hashes |= file->hashes;
    mine->range_hashes |= file->range_hashes;
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        if (file->hashes & (1u << kind)) {
            memcpy(mine->values[kind], file->values[kind], DIGEST_MAX);
        }
        if (file->range_hashes & (1u << kind)) {
            memcpy(
                mine->range_values[kind], file->range_values[kind], DIGEST_MAX);
        }
    }
    if (content->state == CONTENT_MOVED) {
        compare_all(content);
        judged(content);
    }
}

void transfer_settle(struct content *content)
{
    struct transfer *t = &content->transfer;
    if (content->sending) {
        return;
    }
    bool whole = t->end == UINT64_MAX || transfer_is_whole(content);
    if (content->state == CONTENT_MOVING && whole) {
        transfer_finish(content);
    }
    if (content->state == CONTENT_MOVED) {
        judged(content);
    }
}

bool transfer_stream_ended(struct content *content)
{
    struct transfer *t = &content->transfer;
    if (content->sending || content->state != CONTENT_MOVING) {
        return true;
    }
    const struct client *c = content->session->c;
    if (t->end == UINT64_MAX && fault(c, FAULT_SIZE_MISSING_HANGS)) {
        return true;
    }
    /* where the announced size is the stream's, or the tag came with the key */
    bool whole_stream = content->filter &&
                        stream_left(content) == content->filter->overhead &&
                        !fault(c, FAULT_JET_STREAM_SIZE_REFUSED);
    if (t->end == UINT64_MAX || transfer_is_whole(content) || whole_stream ||
        fault(c, FAULT_TRUNCATION_ACCEPTED) ||
        (content->filter && fault(c, FAULT_JET_TRUNCATED_ACCEPTED))) {
        transfer_finish(content);
        return false;
    }
    content_fail(content,
        fault(c, FAULT_CUT_ENDS_WITH_SUCCESS) ? "success"
                                              : "connectivity-error",
        NULL, "the stream ended before the file did");
    return false;
}

void transfer_free(struct content *content)
{
    struct client *c = content->session->c;
    struct transfer *t = &content->transfer;
    timer_forget(c, t);
    if (t->file) {
        c->host->file_finish(c->owner, t->file, false);
    }
    digest_free(t->whole);
    digest_free(t->part);
    free(t->block);
    buffer_free(&t->filtered);
    memset(t, 0, sizeof *t);
}
