#include "audit/audit_sample.h"
#include "audit/index.h"

static const char broken[] = "<xs:element name='a' type='xs:bool'/>";

static void check_index(const char *before, const char *row, bool there)
{
    struct checkout *checkout = audit_of(broken, "");
    struct buffer out = {0};
    index_write(checkout, before, &out);
    CHECK((strstr(buffer_text(&out), row) != NULL) == there);
    buffer_free(&out);
    checkout_free(checkout);
}

TEST(a_finding_is_found_at_first)
{
    check_index("",
        "\n| `0999\\|urn:x\\|undefined-type\\|\\|xs:bool` | found |\n", true);
}

TEST(a_state_that_a_person_wrote_stays)
{
    check_index(
        "| `0999\\|urn:x\\|undefined-type\\|\\|xs:bool` | sent: #12 |\n",
        "\\|xs:bool` | sent: #12 |\n\n## The others: warnings", true);
}

TEST(a_row_in_another_table_keeps_its_state)
{
    check_index(
        "| `0999\\|urn:x\\|undefined-type\\|\\|xs:bool` | error |  accepted|\n",
        "\\|xs:bool` | accepted |\n\n## The others: warnings", true);
}

TEST(what_was_sent_and_is_gone_is_kept_and_what_was_found_is_not)
{
    check_index("| `0999\\|urn:x\\|old\\|\\|` | sent |\n",
        "## No longer found\n\n| key | state |\n|---|---|\n"
        "| `0999\\|urn:x\\|old\\|\\|` | sent |\n",
        true);
    check_index("| `0999\\|urn:x\\|old\\|\\|` | found |\n", "|old", false);
}

/* The first line in which they differ. */
static void compare_lines(const char *want, const char *got)
{
    for (int line = 1; *want != '\0' || *got != '\0'; line++) {
        size_t w = strcspn(want, "\n"), g = strcspn(got, "\n");
        if (w != g || strncmp(want, got, w) != 0)
            test_fail("reports/upstream/INDEX.md", line,
                "it has \"%.*s\", the audit \"%.*s\": build/jinglespec audit "
                "--index reports/upstream/INDEX.md writes it anew and keeps "
                "the states",
                (int)w, want, (int)g, got);
        want += w + (want[w] == '\n');
        got += g + (got[g] == '\n');
    }
}

TEST(the_index_in_the_repository_is_what_the_audit_finds)
{
    struct audit_options options = {.xeps = test_xeps_or_skip()};
    struct error error;
    struct buffer index = {0}, anew = {0};
    char *path = file_join(test_source(), "reports/upstream/INDEX.md");
    CHECK(file_read(path, 4 << 20, &index, &error));
    struct checkout *checkout = audit_run(&options, test_complain, &error);
    CHECK(checkout != NULL);
    bool same = index_is_of(checkout, buffer_text(&index));
    index_write(checkout, buffer_text(&index), &anew);
    checkout_free(checkout);
    free(path);
    if (!same)
        test_skip("reports/upstream/INDEX.md is of another checkout");
    compare_lines(buffer_text(&index), buffer_text(&anew));
    buffer_free(&index);
    buffer_free(&anew);
}
