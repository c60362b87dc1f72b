#include "record/results.h"

#include "base/file.h"
#include "base/test.h"
#include "record/shape.h"
#include "report/sample_run.h"

#include <jansson.h>
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

/* As much of JSON Schema as the published one uses. */
static bool is_of_type(const json_t *value, const char *type)
{
    static const struct {
        const char *name;
        json_type type;
    } types[] = {{"object", JSON_OBJECT}, {"array", JSON_ARRAY},
        {"string", JSON_STRING}, {"integer", JSON_INTEGER}};
    if (strcmp(type, "boolean") == 0)
        return json_is_boolean(value);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, type) == 0)
            return json_typeof(value) == types[i].type;
    }
    return false;
}

static void answer_to(
    const json_t *schema, const json_t *value, const char *where)
{
    const char *type = json_string_value(json_object_get(schema, "type")), *key;
    const json_t *one = json_object_get(schema, "const"), *item, *rule;
    const json_t *words = json_object_get(schema, "enum");
    bool ok = (type == NULL || is_of_type(value, type)) &&
              (one == NULL || json_equal(one, value));
    size_t i, named = 0;
    json_array_foreach(words, i, item) named += (size_t)json_equal(item, value);
    if (!ok || (words != NULL && named == 0))
        test_fail(__FILE__, __LINE__, "%s is not as the schema says", where);
    json_array_foreach(json_object_get(schema, "required"), i, item)
    {
        if (json_object_get(value, json_string_value(item)) == NULL)
            test_fail(__FILE__, __LINE__, "%s lacks %s", where,
                json_string_value(item));
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, item)
    {
        rule = json_object_get(json_object_get(schema, "properties"), key);
        if (rule != NULL)
            answer_to(rule, item, key);
        else if (json_object_get(schema, "properties") != NULL)
            test_fail(__FILE__, __LINE__, "the schema does not know %s", key);
    }
    json_array_foreach(value, i, item)
        answer_to(json_object_get(schema, "items"), item, where);
}

TEST(what_is_printed_answers_to_the_published_schema)
{
    char *path = file_join(test_source(), "reports/results.schema.json");
    json_t *schema = json_load_file(path, 0, NULL);
    struct record_run *run = sample_full_run();
    struct buffer out = {0};
    results_print(run, &out);
    json_t *printed = json_loadb((const char *)out.data, out.len, 0, NULL);
    CHECK(schema != NULL && printed != NULL);
    answer_to(schema, printed, "results");
    json_decref(schema);
    json_decref(printed);
    buffer_free(&out);
    record_run_free(run);
    free(path);
}
