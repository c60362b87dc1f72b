#include "base/memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 16 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used, size;
    max_align_t data[];
};

struct arena {
    struct chunk *chunks;
};

static void *check(void *memory, size_t size)
{
    if (memory == NULL) {
        fprintf(stderr, "jinglespec: out of memory (%zu bytes)\n", size);
        abort();
    }
    return memory;
}

void *mem_alloc(size_t size)
{
    return check(calloc(1, size ? size : 1), size);
}

void *mem_realloc(void *old, size_t size)
{
    return check(realloc(old, size ? size : 1), size);
}

char *mem_strndup(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1);
    if (len > 0)
        memcpy(copy, text, len);
    return copy;
}

char *mem_strdup(const char *text)
{
    return text == NULL ? NULL : mem_strndup(text, strlen(text));
}

static char *format_into(char *(*place)(void *owner, size_t size), void *owner,
    const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0)
        abort();
    char *text = place(owner, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

static char *place_heap(void *owner, size_t size)
{
    (void)owner;
    return mem_alloc(size);
}

static char *place_arena(void *owner, size_t size)
{
    return arena_alloc(owner, size);
}

char *mem_printf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_into(place_heap, NULL, format, args);
    va_end(args);
    return text;
}

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct chunk *chunk = arena->chunks; chunk != NULL;) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX - CHUNK_BYTES)
        check(NULL, size);
    size = (size + align - 1) / align * align;
    struct chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        chunk = mem_alloc(sizeof *chunk + room);
        chunk->size = room;
        /* A big block goes behind the current chunk, whose rest stays
         * usable. */
        if (size > CHUNK_BYTES / 4 && arena->chunks != NULL) {
            chunk->next = arena->chunks->next;
            arena->chunks->next = chunk;
        } else {
            chunk->next = arena->chunks;
            arena->chunks = chunk;
        }
    }
    void *memory = (char *)chunk->data + chunk->used;
    chunk->used += size;
    return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    if (len > 0)
        memcpy(copy, text, len);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_into(place_arena, arena, format, args);
    va_end(args);
    return text;
}
