/* Time: monotonic for deadlines, wall for reports. */
#ifndef JS_CLOCK_H
#define JS_CLOCK_H

#include <stdint.h>

/* Monotonic, microseconds. */
int64_t clock_us(void);
/* Monotonic, milliseconds. */
int64_t clock_ms(void);
/* Wall clock as "2026-11-22T12:00:00Z" in out (at least 21 bytes). */
void clock_stamp(char *out);

#endif
