/* Unit tests: TEST(what_is_true) { CHECK(...); } in a file *_test.c. Each such
 * file becomes one program that prints TAP 13 and one ctest. Tests run in the
 * order of the file; the first failed check ends its test. */
#ifndef JS_TEST_H
#define JS_TEST_H

#include <stdint.h>
#include <stddef.h>

struct test {
    const char *name;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *test);
/* Prints where and what, and leaves the running test. */
_Noreturn void test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Leaves the running test as skipped, aloud. When all are skipped the program
 * exits 77. */
_Noreturn void test_skip(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void test_equal_int(
    const char *file, int line, const char *what, int64_t got, int64_t want);
void test_equal_text(const char *file, int line, const char *what,
    const char *got, const char *want);
void test_equal_bytes(const char *file, int line, const char *what,
    const void *got, size_t got_len, const void *want, size_t want_len);
/* The directory beside the checkout (../shared from the source tree) or
 * skips the test. The XEPs' checkout ($XEPS_DIR or ../shared/xeps) likewise. */
const char *test_shared_or_skip(void);
const char *test_xeps_or_skip(void);
/* The root of the source tree. */
const char *test_source(void);

#define TEST(id)                                                               \
    static void test_##id(void);                                               \
    __attribute__((constructor)) static void test_register_##id(void)          \
    {                                                                          \
        static struct test test = {#id, test_##id, NULL};                      \
        test_register(&test);                                                  \
    }                                                                          \
    static void test_##id(void)

#define CHECK(truth)                                                           \
    ((truth) ? (void)0 : test_fail(__FILE__, __LINE__, "%s", #truth))
#define CHECK_INT(got, want)                                                   \
    test_equal_int(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))
#define CHECK_TEXT(got, want)                                                  \
    test_equal_text(__FILE__, __LINE__, #got, (got), (want))
#define CHECK_BYTES(got, got_len, want, want_len)                              \
    test_equal_bytes(                                                          \
        __FILE__, __LINE__, #got, (got), (got_len), (want), (want_len))

#endif
