#include "base/test.h"
#include "jingle/safe_name.h"

#include <stdlib.h>
#include <string.h>

static void check(const char *name, const char *want)
{
    char *got = safe_name(name);
    CHECK_TEXT(got, want);
    free(got);
}

TEST(plain_names_stay)
{
    check("poem.txt", "poem.txt");
    check(
        "r\xc3\xb6meo & juliet (2).tar.gz", "r\xc3\xb6meo & juliet (2).tar.gz");
}

TEST(separators_are_encoded)
{
    check("/etc/passwd", "%2Fetc%2Fpasswd");
    check("..\\..\\x", "%2E.%5C..%5Cx");
    check("../../x", "%2E.%2F..%2Fx");
}

TEST(special_names_can_not_arise)
{
    check(".", "%2E");
    check("..", "%2E%2E");
    check(".bashrc", "%2Ebashrc");
    check("", "file");
    check(NULL, "file");
}

TEST(control_characters_are_encoded)
{
    check("a\nb\x7f", "a%0Ab%7F");
}

TEST(long_names_keep_their_extension)
{
    char name[1000];
    memset(name, 'n', sizeof name);
    strncpy(name + 995, ".txt", 5);
    char *got = safe_name(name);
    CHECK_INT(strlen(got), SAFE_NAME_MAX);
    CHECK_TEXT(got + SAFE_NAME_MAX - 4, ".txt");
    free(got);
}

TEST(long_names_are_cut_between_characters)
{
    char name[603] = "x";
    for (int i = 0; i < 300; i++) {
        memcpy(name + 1 + 2 * i, "\xc3\xb6", 2);
    }
    char *got = safe_name(name);
    size_t len = strlen(got);
    CHECK(len <= SAFE_NAME_MAX);
    CHECK_INT((unsigned char)got[len - 1], 0xb6);
    free(got);
}
