/* The <file/> of a file transfer (XEP-0234 s4): what a peer says about a
 * file, read and written. */
#ifndef JS_JINGLE_FILE_DESCRIPTION_H
#define JS_JINGLE_FILE_DESCRIPTION_H

#include "jingle/digest.h"
#include "jingle/policy.h"

#include <libxml/tree.h>

struct file_range {
    bool present;
    bool has_length;
    uint64_t offset, length;
};

/* One <desc/>; language NULL: none is said. */
struct file_text {
    char *language, *text;
};

enum { FILE_TEXTS_MAX = 8 };

/* Zero is an empty one. */
struct file_description {
    char *name, *media_type;                       /* or NULL */
    struct file_text descriptions[FILE_TEXTS_MAX]; /* a language each */
    size_t description_count;
    int64_t modified_s; /* 0: unknown */
    bool has_size;
    uint64_t size;
    struct file_range range;
    unsigned hashes; /* set of digest kinds with a value */
    unsigned used;   /* set of digest kinds by hash-used or an empty hash */
    uint8_t values[DIGEST_KINDS][DIGEST_MAX];
    /* of the range only (XEP-0234 s8.2) */
    unsigned range_hashes;
    uint8_t range_values[DIGEST_KINDS][DIGEST_MAX];
};

/* Reads a <file/>; hashes of unknown kinds are left out. False when a size,
 * range or hash is malformed. */
bool file_description_read(struct file_description *file, xmlNodePtr node);
/* One more <desc/>, unless there is one of that language (NULL: none said) or
 * there are too many. */
void file_description_add_text(
    struct file_description *file, const char *language, const char *text);
void file_description_clear(struct file_description *file);
void file_description_copy(
    struct file_description *to, const struct file_description *from);
/* Writes <file>...</file> with whatever is set, in our order or reversed. */
void file_description_write(
    const struct file_description *file, bool reversed, struct buffer *out);
/* Writes <hash/> elements of kinds, and <hash-used/> of those of used that
 * have no value. */
void file_hashes_write(unsigned kinds, unsigned used,
    const uint8_t values[][DIGEST_MAX], struct buffer *out);

/* XEP-0082 DateTime of seconds since 1970; at least 21 bytes. */
void file_date_write(int64_t modified_s, char *out);
/* 0 when malformed. */
int64_t file_date_read(const char *text);

#endif
