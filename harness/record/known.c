#include "record/known.h"

#include "base/file.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { KNOWN_LIMIT = 4 << 20, COLUMNS = 5 };

struct row {
    const char *pattern;
    const char *expected; /* as written: "failed", "failed,passed" */
    unsigned verdicts;    /* a bit for each of them */
    const char *message;  /* NULL: any */
    const char *reason;
    const char *link; /* NULL: none */
    const char *file;
    int line;
};

struct known {
    struct arena *arena;
    VEC(struct row) rows; /* of all files */
};

static bool is_finding_row(const struct row *row)
{
    return strchr(row->pattern, ':') != NULL;
}

static bool allows(const struct row *row, enum verdict verdict)
{
    return (row->verdicts >> verdict & 1U) != 0;
}

/* Reading */

static const char *column(char **rest)
{
    char *text = strsep(rest, "\t");
    while (text != NULL && *text == ' ')
        text++;
    size_t len = text == NULL ? 0 : strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\r'))
        text[--len] = 0;
    return len == 0 || strcmp(text, "-") == 0 ? NULL : text;
}

static bool parse_verdicts(
    struct known *known, struct row *row, struct error *error)
{
    char *rest = arena_strdup(known->arena, row->expected);
    while (rest != NULL) {
        const char *name = strsep(&rest, ",");
        enum verdict verdict;
        if (!verdict_parse(name, &verdict))
            return error_set(error,
                "'%s' is no verdict (failed, warning, inconclusive, error ...)",
                name);
        row->verdicts |= 1U << verdict;
    }
    if (row->verdicts == 1U << VERDICT_PASSED)
        return error_set(error, "a case that passes is no known issue");
    return true;
}

static bool parse_row(
    struct known *known, char *line, struct row *row, struct error *error)
{
    const char *columns[COLUMNS];
    char *rest = line;
    for (int i = 0; i < COLUMNS; i++)
        columns[i] = rest == NULL ? NULL : column(&rest);
    if (rest != NULL)
        return error_set(error, "more than five columns");
    if (columns[0] == NULL || columns[1] == NULL || columns[3] == NULL)
        return error_set(error,
            "a row is PATTERN, VERDICT, MESSAGE or -, REASON, LINK or -, "
            "separated by tabs");
    row->pattern = columns[0];
    row->expected = columns[1];
    if (!parse_verdicts(known, row, error))
        return false;
    row->message = columns[2];
    row->reason = columns[3];
    row->link = columns[4];
    vec_push(&known->rows, *row);
    return true;
}

struct known *known_new(void)
{
    struct known *known = mem_alloc(sizeof *known);
    known->arena = arena_new();
    return known;
}

bool known_parse(struct known *known, struct bytes text, const char *name,
    struct error *error)
{
    const char *file = arena_strdup(known->arena, name);
    char *rest = arena_strndup(known->arena, (const char *)text.data, text.len);
    for (int number = 1; rest != NULL; number++) {
        char *line = strsep(&rest, "\n");
        struct row row = {.file = file, .line = number};
        if (line[strspn(line, " \t\r")] == 0 || *line == '#')
            continue;
        if (!parse_row(known, line, &row, error)) {
            error_prefix(error, "%s:%d: ", name, number);
            return false;
        }
    }
    return true;
}

bool known_load(struct known *known, const char *path, struct error *error)
{
    struct buffer text = {0};
    bool ok = file_read(path, KNOWN_LIMIT, &text, error);
    if (ok && text.len > 0 && memchr(text.data, 0, text.len) != NULL)
        ok = error_set(
            error, "%s: it holds a zero byte, so it is no text", path);
    ok = ok && known_parse(known, buffer_bytes(&text), path, error);
    buffer_free(&text);
    return ok;
}

void known_free(struct known *known)
{
    if (known == NULL)
        return;
    vec_free(&known->rows);
    arena_free(known->arena);
    free(known);
}

bool known_load_own(struct known *known, const char *home, const char *driver,
    const char *server, struct error *error)
{
    driver = driver != NULL ? driver : "builtin";
    char *paths[2] = {
        mem_printf("%s/fixtures/subjects/%s/known-issues.tsv", home, driver),
        mem_printf("%s/fixtures/subjects/%s/known-issues.%s.tsv", home, driver,
            server != NULL ? server : "prosody")};
    bool ok = true;
    for (int i = 0; i < 2; i++) {
        if (ok && file_exists(paths[i]))
            ok = known_load(known, paths[i], error);
        free(paths[i]);
    }
    return ok;
}

/* Applying */

static bool fits_id(const char *pattern, const char *id)
{
    return id != NULL && fnmatch(pattern, id, 0) == 0;
}

static bool fits_case(const struct row *row, const struct record_case *c)
{
    if (fits_id(row->pattern, c->id))
        return true;
    if (c->id == NULL || c->values == NULL)
        return false;
    char *full = mem_printf("%s %s", c->id, c->values);
    bool fits = fits_id(row->pattern, full);
    free(full);
    return fits;
}

/* An id may be listed without its values, so a pattern with values is held
 * against its first word too. */
static bool exists(const struct row *row, const char *const *ids, size_t count)
{
    size_t word = strcspn(row->pattern, " ");
    char *bare = mem_strndup(row->pattern, word);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = fits_id(row->pattern, ids[i]) || fits_id(bare, ids[i]);
    free(bare);
    return found;
}

bool known_check(const struct known *known, const char *const *ids,
    size_t count, struct error *error)
{
    for (size_t i = 0; i < known->rows.count; i++) {
        const struct row *row = &known->rows.items[i];
        if (!is_finding_row(row) && !exists(row, ids, count))
            return error_set(error, "%s:%d: there is no case '%s'", row->file,
                row->line, row->pattern);
    }
    return true;
}

static bool as_expected(
    const struct row *row, enum verdict verdict, const char *message)
{
    return allows(row, verdict) &&
           (row->message == NULL ||
               (message != NULL && strstr(message, row->message) != NULL));
}

static const char *reason_of(const struct row *row, struct record_run *run)
{
    return arena_printf(run->arena, "%s%s%s", row->reason,
        row->link != NULL ? ", " : "", row->link != NULL ? row->link : "");
}

static void add_problem(
    const struct row *row, struct record_run *run, const char *what)
{
    vec_push(&run->problems, arena_printf(run->arena, "%s:%d: %s: %s",
                                 row->file, row->line, row->pattern, what));
}

static void apply_to_case(
    const struct row *row, struct record_run *run, struct record_case *c)
{
    if (c->verdict == VERDICT_PASSED && allows(row, VERDICT_PASSED))
        return;
    if (as_expected(row, c->verdict, c->message)) {
        c->known = reason_of(row, run);
        return;
    }
    if (c->verdict == VERDICT_PASSED) {
        c->unexpected_pass = true;
        if (c->message == NULL)
            c->message = arena_printf(run->arena,
                "passed, although %s:%d expects %s (%s): remove the row",
                row->file, row->line, row->expected, row->reason);
        return;
    }
    add_problem(row, run,
        arena_printf(run->arena, "expected %s%s%s%s, but the case %s is %s: %s",
            row->expected, row->message ? " with \"" : "",
            row->message ? row->message : "", row->message ? "\"" : "", c->id,
            verdict_name(c->verdict), c->message ? c->message : "-"));
}

static bool finding_counts(const struct record_finding *finding)
{
    return finding->verdict == VERDICT_FAILED ||
           finding->verdict == VERDICT_WARNING;
}

static const struct row *row_of_finding(
    const struct known *known, const struct record_finding *finding)
{
    for (size_t i = 0; i < known->rows.count; i++) {
        const struct row *row = &known->rows.items[i];
        if (is_finding_row(row) && fits_id(row->pattern, finding->key) &&
            as_expected(row, finding->verdict, finding->message))
            return row;
    }
    return NULL;
}

/* What the case's own steps came to when that is less than a failure: then it
 * failed by its stanzas alone. NULL: they held, or failed. */
static const struct record_finding *lesser_finding(const struct record_case *c)
{
    for (size_t i = 0; i < c->findings.count; i++) {
        const struct record_finding *finding = &c->findings.items[i];
        if (strncmp(finding->key, "schema:", 7) != 0)
            return finding->verdict == VERDICT_FAILED ? NULL : finding;
    }
    return NULL;
}

/* The stanzas of the case broke several rules and its message tells of the
 * first, which may be a known one: it shall tell of this, which is not. */
static void blame_finding(struct record_run *run, struct record_case *c,
    const struct record_finding *finding)
{
    if ((c->failed_line != 0 || c->failed_text != NULL) &&
        lesser_finding(c) == NULL)
        return;
    for (size_t i = 0; i < c->violations.count; i++) {
        const struct record_violation *v = &c->violations.items[i];
        if (v->by_subject && v->rule != NULL && finding->message != NULL &&
            strcmp(v->rule, finding->message) == 0) {
            record_blame_violation(run, c, v);
            return;
        }
    }
}

/* A case is known through its findings when a row explains each of them: one
 * known finding never hides another. */
static void apply_findings(
    const struct known *known, struct record_run *run, struct record_case *c)
{
    const struct row *last = NULL;
    for (size_t i = 0; i < c->findings.count; i++) {
        const struct record_finding *finding = &c->findings.items[i];
        /* What breaks a SHOULD does not make the case fail. */
        if (!finding_counts(finding) || finding->verdict != c->verdict)
            continue;
        last = row_of_finding(known, finding);
        if (last == NULL) {
            blame_finding(run, c, finding);
            return;
        }
    }
    if (last == NULL || c->known != NULL || !allows(last, c->verdict))
        return;
    /* Nothing but known findings stood against it: its own steps held, or
     * were warned of at most. */
    const struct record_finding *lesser = lesser_finding(c);
    bool held = c->failed_line == 0 && c->failed_text == NULL;
    if (c->verdict == VERDICT_FAILED && (held || lesser != NULL)) {
        c->verdict = lesser != NULL ? lesser->verdict : VERDICT_PASSED;
        c->message = lesser != NULL ? lesser->message : NULL;
        for (size_t i = 0; i < c->events.count; i++)
            c->events.items[i].failed = false;
        return;
    }
    c->known = reason_of(last, run);
}

static bool finding_seen(const struct row *row, const struct record_run *run)
{
    if (allows(row, VERDICT_PASSED))
        return true; /* it comes only sometimes */
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        for (size_t j = 0; j < c->findings.count; j++) {
            const struct record_finding *finding = &c->findings.items[j];
            if (fits_id(row->pattern, finding->key) &&
                as_expected(row, finding->verdict, finding->message))
                return true;
        }
    }
    return false;
}

/* Cases of this id ran, but none with the values that stand behind it. */
static bool misses_values(const struct row *row, const struct record_run *run)
{
    char *bare = mem_strndup(row->pattern, strcspn(row->pattern, " "));
    bool ran = false, fits = false;
    for (size_t i = 0; i < run->cases.count; i++) {
        ran |= fits_id(bare, run->cases.items[i]->id);
        fits |= fits_case(row, run->cases.items[i]);
    }
    free(bare);
    return ran && !fits;
}

void known_apply_case(
    const struct known *known, struct record_run *run, struct record_case *c)
{
    /* What its stanzas are known for first: what is left are its own steps. */
    if (c->findings.count > 0)
        apply_findings(known, run, c);
    for (size_t i = 0; i < known->rows.count; i++) {
        const struct row *row = &known->rows.items[i];
        if (!is_finding_row(row) && fits_case(row, c))
            apply_to_case(row, run, c);
    }
}

void known_finish(
    const struct known *known, struct record_run *run, bool complete)
{
    for (size_t i = 0; i < known->rows.count; i++) {
        const struct row *row = &known->rows.items[i];
        if (!complete)
            continue;
        if (is_finding_row(row) && !finding_seen(row, run))
            add_problem(row, run, "no such finding any more");
        else if (!is_finding_row(row) && misses_values(row, run))
            add_problem(row, run, "no case of the run has these values");
    }
}

void known_apply(
    const struct known *known, struct record_run *run, bool complete)
{
    for (size_t i = 0; i < run->cases.count; i++)
        known_apply_case(known, run, run->cases.items[i]);
    known_finish(known, run, complete);
}

/* Columns are separated by tabs, rows by lines: one line, a bounded part. */
static void add_part(struct buffer *out, const char *text)
{
    enum { PART_MAX = 60 };
    size_t len = text != NULL ? strcspn(text, "\t\r\n\"'") : 0;
    len = len > PART_MAX ? PART_MAX : len;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    if (len == 0)
        buffer_add_text(out, "-");
    else
        buffer_add(out, text, len);
}

static bool printed(const struct buffer *out, const char *key)
{
    size_t len = strlen(key);
    for (const char *at = strstr(buffer_text(out), key); at != NULL;
         at = strstr(at + 1, key)) {
        bool begins = at == buffer_text(out) || at[-1] == '\n';
        if (begins && at[len] == '\t')
            return true;
    }
    return false;
}

void known_print(const struct record_run *run, struct buffer *out)
{
    for (size_t i = 0; i < run->cases.count; i++) {
        const struct record_case *c = run->cases.items[i];
        if (record_case_ok(run, c) || c->verdict == VERDICT_ERROR)
            continue;
        bool by_schema = false;
        for (size_t k = 0; k < c->findings.count; k++) {
            const struct record_finding *finding = &c->findings.items[k];
            if (finding->verdict != VERDICT_FAILED ||
                strncmp(finding->key, "schema:", 7) != 0)
                continue;
            by_schema = true;
            if (!printed(out, finding->key))
                buffer_printf(out, "%s\tfailed\t-\twhy?\t-\n", finding->key);
        }
        if (by_schema && c->failed_line == 0)
            continue;
        buffer_printf(out, "%s\t%s\t", c->id, verdict_name(c->verdict));
        add_part(out, c->message);
        buffer_add_text(out, "\twhy?\t-\n");
    }
}
