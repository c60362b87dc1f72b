/* The entities of the XEPs (xep.ent and the internal subsets), resolved by us:
 * local only, markup dropped, depth and length bounded. */
#ifndef JS_AUDIT_ENTITY_H
#define JS_AUDIT_ENTITY_H

#include "base/bytes.h"
#include "base/memory.h"

struct entity_table;

/* parent (may be NULL) is asked for names this table lacks; both live in
 * arenas that the caller keeps. */
struct entity_table *entity_table_new(
    struct arena *arena, const struct entity_table *parent);
/* Adds every general internal entity declared in text, which is a DTD, or a
 * document with an internal subset. The first declaration of a name counts.
 */
void entity_table_read(
    struct entity_table *table, const char *text, size_t len);

/* Adds the text of "name" (what stands between & and ;) to out, with markup
 * and <note/> dropped and references in it resolved; character references
 * too. False: unknown, nothing added. table may be NULL (the five of XML and
 * character references only). */
bool entity_text(const struct entity_table *table, const char *name, size_t len,
    struct buffer *out);
/* Adds text with its references resolved; unknown ones are added as they
 * stand, and counted. */
size_t entity_decode(const struct entity_table *table, const char *text,
    size_t len, struct buffer *out);
/* The replacement text as declared, markup kept; NULL when unknown. Lives as
 * long as the table. */
const char *entity_raw(
    const struct entity_table *table, const char *name, size_t len);

#endif
