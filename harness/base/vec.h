/* The one list: a growing array of any type. Zero is an empty list.
 *     VEC(struct step) steps = {0};
 *     vec_push(&steps, step);       steps.items[0], steps.count
 *     vec_free(&steps); */
#ifndef JS_VEC_H
#define JS_VEC_H

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define VEC(type)                                                              \
    struct {                                                                   \
        type *items;                                                           \
        size_t count, capacity;                                                \
    }

#define vec_reserve(vec)                                                       \
    ((vec)->count == (vec)->capacity                                           \
            ? ((vec)->capacity = (vec)->capacity ? (vec)->capacity * 2 : 8,    \
                  (vec)->items = mem_realloc(                                  \
                      (vec)->items, (vec)->capacity * sizeof *(vec)->items))   \
            : (vec)->items)

#define vec_push(vec, item)                                                    \
    ((void)vec_reserve(vec), (vec)->items[(vec)->count++] = (item))

/* Removes the item at index, keeping the order. */
#define vec_remove(vec, index)                                                 \
    (memmove((vec)->items + (index), (vec)->items + (index) + 1,               \
         ((vec)->count - (index) - 1) * sizeof *(vec)->items),                 \
        (vec)->count--)

#define vec_free(vec)                                                          \
    (free((vec)->items), (vec)->items = NULL,                                  \
        (vec)->count = (vec)->capacity = 0)

#endif
