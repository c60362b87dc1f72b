#include "base/test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *first, **last = &first;
static jmp_buf leave;
enum outcome { PASSED, FAILED, SKIPPED };

void test_register(struct test *test)
{
    *last = test;
    last = &test->next;
}

void test_fail(const char *file, int line, const char *format, ...)
{
    printf("# %s:%d: ", file, line);
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    longjmp(leave, FAILED);
}

static char skip_reason[256];

void test_skip(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(skip_reason, sizeof skip_reason, format, args);
    va_end(args);
    longjmp(leave, SKIPPED);
}

void test_equal_int(
    const char *file, int line, const char *what, int64_t got, int64_t want)
{
    if (got != want)
        test_fail(file, line, "%s is %lld, expected %lld", what, (long long)got,
            (long long)want);
}

void test_equal_text(const char *file, int line, const char *what,
    const char *got, const char *want)
{
    if (got == NULL || want == NULL) {
        if (got != want)
            test_fail(file, line, "%s is %s, expected %s", what,
                got ? got : "NULL", want ? want : "NULL");
    } else if (strcmp(got, want) != 0) {
        test_fail(
            file, line, "%s is \"%s\", expected \"%s\"", what, got, want);
    }
}

void test_equal_bytes(const char *file, int line, const char *what,
    const void *got, size_t got_len, const void *want, size_t want_len)
{
    if (got_len != want_len)
        test_fail(file, line, "%s has %zu bytes, expected %zu", what, got_len,
            want_len);
    for (size_t i = 0; i < got_len; i++) {
        int a = ((const uint8_t *)got)[i], b = ((const uint8_t *)want)[i];
        if (a != b)
            test_fail(file, line, "%s differs at byte %zu: %02x, expected %02x",
                what, i, (unsigned)a, (unsigned)b);
    }
}

const char *test_source(void)
{
    return SOURCE_DIR;
}

const char *test_shared_or_skip(void)
{
    static const char path[] = SOURCE_DIR "/../shared";
    if (access(path, R_OK) != 0)
        test_skip("no ../shared beside the checkout");
    return path;
}

const char *test_xeps_or_skip(void)
{
    const char *given = getenv("XEPS_DIR");
    static const char path[] = SOURCE_DIR "/../shared/xeps";
    if (given == NULL || *given == 0)
        given = path;
    if (access(given, R_OK) != 0)
        test_skip("no checkout of the XEPs: set XEPS_DIR");
    return given;
}

static int run_one(const struct test *test)
{
    int jumped = setjmp(leave);
    if (jumped == 0)
        test->run();
    return jumped;
}

int main(void)
{
    int count = 0, failed = 0, skipped = 0;
    for (struct test *test = first; test != NULL; test = test->next)
        count++;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("TAP version 13\n1..%d\n", count);
    int number = 0;
    for (struct test *test = first; test != NULL; test = test->next) {
        number++;
        int outcome = run_one(test);
        failed += outcome == FAILED;
        skipped += outcome == SKIPPED;
        printf("%s %d - %s%s%s\n", outcome == FAILED ? "not ok" : "ok", number,
            test->name, outcome == SKIPPED ? " # SKIP " : "",
            outcome == SKIPPED ? skip_reason : "");
    }
    if (failed > 0)
        return 1;
    return count > 0 && skipped == count ? 77 : 0;
}
