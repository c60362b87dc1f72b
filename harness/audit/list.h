/* A VEC that grows inside an arena: nothing to free. */
#ifndef JS_AUDIT_LIST_H
#define JS_AUDIT_LIST_H

#include "base/memory.h"
#include "base/vec.h"

#define list_reserve(arena, vec)                                               \
    ((vec)->count < (vec)->capacity                                            \
            ? (vec)->items                                                     \
            : ((vec)->capacity = (vec)->capacity ? (vec)->capacity * 2 : 4,    \
                  (vec)->items = list_move(arena, (vec)->items,                \
                      (vec)->count * sizeof *(vec)->items,                     \
                      (vec)->capacity * sizeof *(vec)->items)))

#define list_push(arena, vec, item)                                            \
    ((void)list_reserve(arena, vec), (vec)->items[(vec)->count++] = (item))

static inline void *list_move(
    struct arena *arena, const void *old, size_t old_size, size_t size)
{
    void *items = arena_alloc(arena, size);
    if (old_size > 0)
        memcpy(items, old, old_size);
    return items;
}

#endif
