#include "record/shape.h"

#include "base/utf8.h"
#include "record/record.h"

#include <string.h>

static const char *verdict_word(unsigned value)
{
    return verdict_name((enum verdict)value);
}

static bool parse_verdict(const char *name, unsigned *value)
{
    enum verdict verdict;
    if (!verdict_parse(name, &verdict))
        return false;
    *value = verdict;
    return true;
}

static const char *level_word(unsigned value)
{
    return level_name((enum level)value);
}

static bool parse_level(const char *name, unsigned *value)
{
    enum level level;
    if (!level_parse(name, &level))
        return false;
    *value = level;
    return true;
}

static const char *kind_word(unsigned value)
{
    return event_kind_name((enum event_kind)value);
}

static bool parse_kind(const char *name, unsigned *value)
{
    enum event_kind kind;
    if (!event_kind_parse(name, &kind))
        return false;
    *value = kind;
    return true;
}

static const struct words verdicts = {verdict_word, parse_verdict};
static const struct words levels = {level_word, parse_level};
static const struct words kinds = {kind_word, parse_kind};

#define MUST true
#define MAY false
#define PLAIN(of, kind, need, member, about)                                   \
    {                                                                          \
#member, kind, need, offsetof(struct of, member), NULL, NULL, about    \
    }
#define WORD(of, names, need, member, about)                                   \
    {                                                                          \
#member, FIELD_WORD, need, offsetof(struct of, member), names, NULL,   \
            about                                                              \
    }
#define LIST(of, shape, member, about)                                         \
    {                                                                          \
#member, FIELD_OBJECTS, MAY, offsetof(struct of, member), NULL, shape, \
            about                                                              \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SHAPE(name, of, fields)                                                \
    {                                                                          \
        name, sizeof(struct of), fields, COUNT(fields)                         \
    }

#define TEXT(need, member, about)                                              \
    PLAIN(record_requirement, FIELD_TEXT, need, member, about)
static const struct field requirement_fields[] = {
    TEXT(MAY, text, "as the script says it"),
    TEXT(MAY, xep, "four digits"),
    TEXT(MAY, section, "number or anchor"),
    TEXT(MAY, id, "row of the requirements catalogue"),
    TEXT(MAY, anchor, "of the section, from the catalogue"),
    TEXT(MAY, paraphrase, "of the sentence, from the catalogue"),
};
#undef TEXT
static const struct shape requirement =
    SHAPE("requirement", record_requirement, requirement_fields);

#define EVENT(kind, need, member, about)                                       \
    PLAIN(record_event, kind, need, member, about)
static const struct field event_fields[] = {
    EVENT(FIELD_INT64, MUST, time_us, "microseconds since the case began"),
    WORD(record_event, &kinds, MUST, kind, "what sort of event"),
    EVENT(FIELD_TEXT, MAY, from, "an actor's name, \"server\" or \"wire\""),
    EVENT(FIELD_TEXT, MAY, to, "likewise"),
    EVENT(FIELD_TEXT, MAY, label, "one line"),
    EVENT(FIELD_TEXT, MAY, data, "the raw stanza or the details"),
    EVENT(FIELD_TEXT, MAY, mark, "\"injected\", \"dropped\" and such"),
    EVENT(FIELD_INT, MAY, line, "of the script's step"),
    EVENT(FIELD_BOOL, MAY, failed, "here the case failed"),
};
static const struct shape event = SHAPE("event", record_event, event_fields);

#define STREAM(kind, member, about)                                            \
    PLAIN(record_stream, kind, MAY, member, about)
static const struct field stream_fields[] = {
    STREAM(FIELD_TEXT, name, "the script's name, or the transport's sid"),
    STREAM(FIELD_TEXT, kind, "\"s5b\", \"ibb\", \"proxy\""),
    STREAM(FIELD_TEXT, from, "who sent the bytes"),
    STREAM(FIELD_TEXT, to, "who received them"),
    STREAM(FIELD_INT64, began_us, "microseconds since the case began"),
    STREAM(FIELD_INT64, ended_us, "likewise"),
    STREAM(FIELD_INT64, bytes, "how many"),
    STREAM(FIELD_TEXT, sha256, "of all bytes, hexadecimal"),
    STREAM(FIELD_TEXT, first_bytes, "at most 64, hexadecimal"),
};
static const struct shape stream =
    SHAPE("stream", record_stream, stream_fields);

#define VIOLATION(kind, member, about)                                         \
    PLAIN(record_violation, kind, MAY, member, about)
static const struct field violation_fields[] = {
    VIOLATION(FIELD_TEXT, actor, "who sent the stanza"),
    VIOLATION(FIELD_BOOL, by_subject, "the subject is to blame"),
    VIOLATION(FIELD_BOOL, from_client, "towards the server"),
    VIOLATION(FIELD_INT, stanza, "index into the case's events; -1: none"),
    VIOLATION(FIELD_TEXT, xpath, "where in the stanza"),
    VIOLATION(FIELD_TEXT, rule, "what the corrected schema or rule says"),
    VIOLATION(FIELD_TEXT, published, "what the published schema says"),
    VIOLATION(FIELD_TEXT, xep, "four digits"),
    VIOLATION(FIELD_TEXT, section, "number or anchor"),
    VIOLATION(FIELD_TEXT, ns, "the XML namespace"),
    VIOLATION(FIELD_TEXT, severity, "\"must\", \"should\", \"note\""),
};
static const struct shape violation =
    SHAPE("violation", record_violation, violation_fields);

static const struct field finding_fields[] = {
    PLAIN(record_finding, FIELD_TEXT, MUST, key,
        "stable from run to run: \"CASE:...\" or \"schema:NS:...\""),
    PLAIN(record_finding, FIELD_TEXT, MAY, message, "one line"),
    WORD(record_finding, &verdicts, MUST, verdict, "what it does to the case"),
};
static const struct shape finding =
    SHAPE("finding", record_finding, finding_fields);

static const struct field log_fields[] = {
    PLAIN(record_log, FIELD_TEXT, MUST, name, "\"server\", \"client\""),
    PLAIN(record_log, FIELD_TEXT, MAY, text, "its last 64 KiB at most"),
};
static const struct shape log_shape = SHAPE("log", record_log, log_fields);

static const struct field attachment_fields[] = {
    PLAIN(record_attachment, FIELD_TEXT, MUST, name, "of a file in the bundle"),
    PLAIN(record_attachment, FIELD_TEXT, MAY, base64, "its content"),
};
static const struct shape attachment =
    SHAPE("attachment", record_attachment, attachment_fields);

#define CASE(kind, need, member, about)                                        \
    PLAIN(record_case, kind, need, member, about)
static const struct field case_fields[] = {
    CASE(FIELD_TEXT, MUST, id, "the case's id"),
    CASE(FIELD_TEXT, MAY, title, "its title"),
    CASE(FIELD_TEXT, MAY, path, "of the script, below the cases' folder"),
    CASE(FIELD_TEXT, MAY, script, "its text"),
    CASE(FIELD_TEXT, MAY, values, "\"size=4096\""),
    CASE(FIELD_TEXT, MAY, tags, "comma-separated"),
    CASE(FIELD_TEXT, MAY, xep, "four digits"),
    CASE(FIELD_TEXT, MAY, role, "of the subject: initiator, responder"),
    WORD(record_case, &levels, MUST, level, "how hard the requirement is"),
    LIST(record_case, &requirement, requirements, "what the case checks"),
    CASE(FIELD_TEXT, MAY, rationale, "of a safety or robustness case"),
    WORD(record_case, &verdicts, MUST, verdict, "how it went"),
    CASE(FIELD_TEXT, MAY, message, "why it is not passed, one line"),
    CASE(FIELD_TEXT, MAY, expected, "a stanza or a description"),
    CASE(FIELD_TEXT, MAY, received, "likewise"),
    CASE(FIELD_TEXT, MAY, diff, "expected against received"),
    CASE(FIELD_INT, MAY, failed_line, "of the script"),
    CASE(FIELD_TEXT, MAY, failed_text, "the step as written"),
    CASE(FIELD_TEXT, MAY, known, "the reason in the known-issues file"),
    CASE(FIELD_BOOL, MAY, unexpected_pass, "a known issue that passed"),
    CASE(FIELD_SEED, MAY, seed, "of this case, a decimal number as text"),
    CASE(FIELD_INT64, MAY, duration_us, "microseconds"),
    CASE(FIELD_INT64, MAY, settle_ms,
        "\"nothing arrives\" was watched this long; 0: proved or not asked"),
    CASE(FIELD_TEXT, MAY, command, "runs just this case again"),
    CASE(FIELD_TEXT, MAY, bundle, "folder of the failure bundle"),
    LIST(record_case, &event, events, "what happened, in order of time"),
    LIST(record_case, &stream, streams, "byte streams"),
    LIST(record_case, &violation, violations, "of the schemas"),
    LIST(record_case, &finding, findings, "what is wrong"),
    LIST(record_case, &log_shape, logs, "of server and client"),
    LIST(record_case, &attachment, attachments,
        "files for the bundle: OMEMO keys of an encrypted transfer, its bytes"),
};
const struct shape shape_case = SHAPE("case", record_case, case_fields);

#define RUN(kind, need, member, about)                                         \
    PLAIN(record_run, kind, need, member, about)
static const struct field environment_fields[] = {
    RUN(FIELD_TEXT, MAY, suite, "version of jinglespec"),
    RUN(FIELD_TEXT, MAY, began, "UTC, as 2026-11-22T12:00:00Z"),
    RUN(FIELD_TEXT, MAY, server, "name and version"),
    RUN(FIELD_TEXT, MAY, subject, "name and version"),
    RUN(FIELD_TEXT, MAY, xeps, "of the XEPs that the cases follow, as 0047 2.0.1, 0166 1.1.2"),
    RUN(FIELD_TEXT, MAY, options, "of the command line"),
    RUN(FIELD_TEXT, MAY, shard, "K/N when only the K-th of N parts was run"),
    RUN(FIELD_SEED, MAY, seed, "of the run, a decimal number as text"),
    RUN(FIELD_BOOL, MAY, strict, "warnings fail"),
    RUN(FIELD_BOOL, MAY, allow_inconclusive, "inconclusive does not fail"),
};
const struct shape shape_environment =
    SHAPE("environment", record_run, environment_fields);

static const struct field namespace_fields[] = {
    PLAIN(record_namespace, FIELD_TEXT, MUST, ns, "without a schema"),
    PLAIN(record_namespace, FIELD_INT64, MUST, count, "elements seen"),
};
static const struct shape namespace_shape =
    SHAPE("namespace", record_namespace, namespace_fields);

#define COVERAGE(need, member, about)                                          \
    PLAIN(record_coverage, FIELD_TEXT, need, member, about)
static const struct field coverage_fields[] = {
    COVERAGE(MUST, xep, "four digits"),
    COVERAGE(MUST, id, "of the row"),
    COVERAGE(MAY, section, "number"),
    COVERAGE(MAY, anchor, "of the section"),
    COVERAGE(MUST, level, "must, must-not, should, should-not, prose"),
    COVERAGE(MAY, paraphrase, "the sentence in our words"),
    COVERAGE(MAY, reason, "why no case can check it"),
    COVERAGE(MAY, cases, "ids of the cases that name it"),
};
static const struct shape coverage =
    SHAPE("coverage", record_coverage, coverage_fields);

static const struct field run_fields[] = {
    RUN(FIELD_INT64, MAY, duration_us, "of the run, microseconds"),
    LIST(record_run, &namespace_shape, namespaces, "seen, without a schema"),
    LIST(record_run, &coverage, coverage, "the catalogue of requirements"),
    {"problems", FIELD_TEXTS, MAY, offsetof(struct record_run, problems), NULL,
        NULL, "of the run as a whole; each fails it"},
};
const struct shape shape_run = SHAPE("run", record_run, run_fields);

static void print_shape(struct buffer *out, const struct shape *shape);

static void print_words(struct buffer *out, const struct words *words)
{
    buffer_add_text(out, "\"enum\": [");
    for (unsigned i = 0; strcmp(words->name(i), "?") != 0; i++)
        buffer_printf(out, "%s\"%s\"", i == 0 ? "" : ", ", words->name(i));
    buffer_add_text(out, "]");
}

static void print_type(struct buffer *out, const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
        buffer_add_text(out, "\"type\": \"string\"");
        break;
    case FIELD_INT:
    case FIELD_INT64:
        buffer_add_text(out, "\"type\": \"integer\"");
        break;
    case FIELD_BOOL:
        buffer_add_text(out, "\"type\": \"boolean\"");
        break;
    case FIELD_SEED:
        buffer_add_text(
            out, "\"type\": \"string\", \"pattern\": \"^[0-9]{1,20}$\"");
        break;
    case FIELD_WORD:
        print_words(out, field->words);
        break;
    case FIELD_TEXTS:
        buffer_add_text(
            out, "\"type\": \"array\", \"items\": {\"type\": \"string\"}");
        break;
    case FIELD_OBJECTS:
        buffer_add_text(out, "\"type\": \"array\", \"items\": ");
        print_shape(out, field->item);
        break;
    }
}

static void print_required(struct buffer *out, const struct shape *shape)
{
    const char *comma = "";
    buffer_add_text(out, "\"required\": [");
    for (size_t i = 0; i < shape->count; i++) {
        if (!shape->fields[i].required)
            continue;
        buffer_printf(out, "%s\"%s\"", comma, shape->fields[i].name);
        comma = ", ";
    }
    buffer_add_text(out, "]");
}

static void print_properties(struct buffer *out, const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        buffer_printf(
            out, "%s\n\"%s\": {\"description\": ", i ? "," : "", field->name);
        utf8_add_json(out, field->about);
        buffer_add_text(out, ", ");
        print_type(out, field);
        buffer_add_text(out, "}");
    }
}

static void print_shape(struct buffer *out, const struct shape *shape)
{
    buffer_printf(
        out, "{\"title\": \"%s\", \"type\": \"object\", ", shape->name);
    print_required(out, shape);
    buffer_add_text(out, ", \"properties\": {");
    print_properties(out, shape);
    buffer_add_text(out, "}}");
}

void shape_print_schema(struct buffer *out)
{
    buffer_printf(out,
        "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "\"title\": \"results.json of jinglespec\",\n"
        "\"description\": \"Made by 'jinglespec report --schema'; absent means "
        "nothing to say, unknown members are to be ignored\",\n"
        "\"type\": \"object\", \"required\": [\"format\", \"version\", "
        "\"environment\", \"cases\"], \"properties\": {\n"
        "\"format\": {\"const\": \"" RESULTS_FORMAT "\"},\n"
        "\"version\": {\"description\": \"of this format; grows when a member "
        "changes its meaning\", \"type\": \"integer\", \"minimum\": %d},\n"
        "\"counts\": {\"description\": \"cases by verdict, for reading; "
        "derived\", \"type\": \"object\"},\n\"environment\": ",
        RESULTS_VERSION);
    print_shape(out, &shape_environment);
    buffer_add_text(out, ",\n\"cases\": {\"type\": \"array\", \"items\": ");
    print_shape(out, &shape_case);
    buffer_add_text(out, "},");
    print_properties(out, &shape_run);
    buffer_add_text(out, "}}\n");
}
