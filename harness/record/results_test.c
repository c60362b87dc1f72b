#include "record/results.h"

#include "base/file.h"
#include "base/test.h"
#include "record/shape.h"
#include "report/sample_run.h"

#include <stdlib.h>

static struct record_run *parse(const char *text, struct error *error)
{
    return results_parse(bytes_text(text), "r.json", error);
}

static void check_refused(const char *text, const char *message)
{
    struct error error = {0};
    CHECK(parse(text, &error) == NULL);
    CHECK_TEXT(error.message, message);
}

#define HEAD "{\"format\": \"jinglespec results\", \"version\": 1, "

TEST(what_is_written_reads_back_and_writes_the_same)
{
    struct record_run *run = sample_full_run();
    struct buffer once = {0}, twice = {0};
    struct error error = {0};
    results_print(run, &once);
    struct record_run *again =
        results_parse(buffer_bytes(&once), "r.json", &error);
    CHECK_TEXT(error.message, "");
    results_print(again, &twice);
    CHECK_BYTES(twice.data, twice.len, once.data, once.len);
    buffer_free(&once);
    buffer_free(&twice);
    record_run_free(run);
    record_run_free(again);
}

TEST(numbers_and_seeds_keep_all_their_digits)
{
    struct error error = {0};
    struct record_run *run = parse(HEAD
        "\"environment\": {\"seed\": \"18446744073709551615\"}, \"cases\": "
        "[{\"id\": \"a\", \"level\": \"must\", \"verdict\": \"passed\", "
        "\"duration_us\": 9007199254740993}]}",
        &error);
    CHECK(run != NULL);
    CHECK(run->seed == UINT64_MAX);
    CHECK_INT(run->cases.items[0]->duration_us, 9007199254740993);
    record_run_free(run);
}

TEST(a_truncated_file_is_refused_with_its_place)
{
    check_refused("{\"format\": \n\"jinglespec res",
        "r.json:2:15: not valid JSON: premature end of input near "
        "'\"jinglespec res'");
}

TEST(foreign_json_is_refused)
{
    check_refused("{\"a\": 1}",
        "r.json: not a results file of jinglespec (its \"format\" would be "
        "\"jinglespec results\")");
    check_refused("[]",
        "r.json: not a results file of jinglespec (its \"format\" would be "
        "\"jinglespec results\")");
}

TEST(a_member_of_the_wrong_type_is_named_with_its_path)
{
    check_refused(HEAD
        "\"environment\": {}, \"cases\": [{\"id\": \"a\", \"level\": \"must\", "
        "\"verdict\": \"passed\", \"events\": [{\"time_us\": 0, \"kind\": "
        "\"stanza\"}, {\"time_us\": \"0\"}]}]}",
        "r.json: results.cases[0].events[1].time_us is not a whole number");
    check_refused(HEAD
        "\"environment\": {}, \"cases\": [{\"id\": \"a\", \"level\": \"must\", "
        "\"verdict\": \"great\"}]}",
        "r.json: results.cases[0].verdict is not a word of "
        "results.schema.json");
    check_refused(HEAD "\"environment\": {\"seed\": \"-1\"}, \"cases\": []}",
        "r.json: results.environment.seed is not a decimal number as text");
}

TEST(a_later_version_is_read_when_its_members_fit)
{
    struct error error = {0};
    struct record_run *run =
        parse("{\"format\": \"jinglespec results\", \"version\": 9, "
              "\"environment\": {\"new\": []}, \"cases\": [], \"more\": 1}",
            &error);
    CHECK(run != NULL);
    record_run_free(run);
    check_refused("{\"format\": \"jinglespec results\", \"version\": 9, "
                  "\"environment\": {}, \"cases\": {}}",
        "r.json: written in version 9 of the format, this jinglespec reads "
        "version 1: .cases is missing or not a list");
}

TEST(any_cut_of_a_results_file_is_refused)
{
    struct record_run *run = sample_run();
    sample_case(run, "a", VERDICT_FAILED);
    struct buffer text = {0};
    results_print(run, &text);
    for (size_t len = 0; len < text.len - 2; len++) {
        struct error error = {0};
        CHECK(results_parse(bytes_of(text.data, len), "r", &error) == NULL);
        CHECK(error.message[0] != 0);
    }
    buffer_free(&text);
    record_run_free(run);
}

TEST(the_published_schema_is_the_one_in_the_code)
{
    struct buffer ours = {0}, file = {0};
    struct error error = {0};
    char *path = file_join(test_source(), "reports/results.schema.json");
    shape_print_schema(&ours);
    CHECK(file_read(path, 1 << 20, &file, &error));
    CHECK_TEXT(buffer_text(&file), buffer_text(&ours));
    free(path);
    buffer_free(&ours);
    buffer_free(&file);
}
