#include "audit/diff.h"
#include "base/test.h"

#include <string.h>

TEST(equal_texts_have_no_diff)
{
    struct buffer out = {0};
    diff_unified(&out, "f", "a\nb\n", "a\nb\n");
    CHECK_INT(out.len, 0);
    buffer_free(&out);
}

TEST(a_changed_line_is_one_hunk_with_context)
{
    struct buffer out = {0};
    diff_unified(&out, "f", "a\nb\nc\n", "a\nB\nc\n");
    CHECK_TEXT(buffer_text(&out),
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n "
        "c\n");
    buffer_free(&out);
}

TEST(a_missing_last_newline_is_told)
{
    struct buffer out = {0};
    diff_unified(&out, "f", "a", "b");
    CHECK(strstr(buffer_text(&out), "\\ No newline at end of file") != NULL);
    buffer_free(&out);
}
