/* Memory that cannot fail and arenas that are freed whole.
 * Every allocator here returns memory or ends the program with one line:
 * the harness is broken then, never the client under test. */
#ifndef JS_MEMORY_H
#define JS_MEMORY_H

#include <stddef.h>

/* Zeroed memory of size bytes (a size of 0 gives a valid pointer); free it
 * with free(). */
void *mem_alloc(size_t size);
/* Like realloc; new bytes are not zeroed. */
void *mem_realloc(void *old, size_t size);
/* A NUL-terminated copy; free it with free(). NULL gives NULL. */
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);
char *mem_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* An arena: memory for one unit of work (a script, a case, a document),
 * freed whole. */
struct arena;

struct arena *arena_new(void);
/* Frees everything ever taken from it. NULL is allowed. */
void arena_free(struct arena *arena);
/* Zeroed, aligned for any type; lives as long as the arena. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
