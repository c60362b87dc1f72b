#include "command/hunt.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "command/command.h"
#include "command/workers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct pair {
    size_t script; /* index into chase.scripts */
    enum fault fault;
    bool meant;
    size_t seeing; /* how many cases ask for the fault */
    size_t turn;   /* of the case's own pairs; 0: meant */
};

/* One hunt's working state. */
struct chase {
    struct hunt *hunt;
    VEC(struct script *) scripts;
    unsigned char *consulted; /* [script][fault], shared with the workers */
    unsigned char *results;   /* enum catch, [script][fault] */
    bool *failing;            /* by script: not even without a fault */
    bool *proved;             /* by script: it or another value caught */
    VEC(struct pair) pairs;
    unsigned char *unwanted; /* by pair, shared with the workers */
    size_t done;
    int64_t end_ms;      /* of the time allowed; 0: no limit, or all told off */
    struct known *known; /* the reference client's own */
    FILE *matrix;        /* NULL: none wanted */
    struct arena *arena;
    const char **why; /* [mutant]: what the case meant for it said */
};

static unsigned char *result_of(
    const struct chase *chase, size_t script, enum fault fault)
{
    return &chase->results[script * FAULT_COUNT + fault];
}

static bool meant_for(const struct script *script, const struct mutant *mutant)
{
    return strcmp(script->base_id, mutant->caught_by) == 0 ||
           strcmp(script->id, mutant->caught_by) == 0;
}

static bool meant(const struct chase *chase, size_t script, enum fault fault)
{
    for (size_t i = 0; i < chase->hunt->chosen.count; i++) {
        const struct mutant *mutant = chase->hunt->chosen.items[i];
        if (mutant->fault == fault &&
            meant_for(chase->scripts.items[script], mutant))
            return true;
    }
    return false;
}

static bool meant_for_any(const struct hunt *hunt, const struct script *script)
{
    for (size_t i = 0; i < hunt->chosen.count; i++) {
        if (meant_for(script, hunt->chosen.items[i]))
            return true;
    }
    return false;
}

static bool is_slow(const struct script *script)
{
    return script_has_tag(script, "slow");
}

/* The slow ones meet only the faults that are meant for them. */
static bool only_meant(const struct chase *chase, size_t script)
{
    return !chase->hunt->all || is_slow(chase->scripts.items[script]);
}

static void choose_scripts(struct chase *chase)
{
    struct hunt *hunt = chase->hunt;
    for (size_t i = 0; i < hunt->suite.scripts.items.count; i++) {
        struct script *script = hunt->suite.scripts.items.items[i];
        if (script_has_tag(script, "selftest") ||
            (is_slow(script) && !hunt->slow))
            continue;
        if (hunt->all || meant_for_any(hunt, script))
            vec_push(&chase->scripts, script);
    }
}

/* Without the slow cases their mutants are left out, aloud. */
static void leave_out_slow(struct hunt *hunt)
{
    for (size_t i = hunt->chosen.count; i-- > 0 && !hunt->slow;) {
        const struct mutant *mutant = hunt->chosen.items[i];
        bool slow = false;
        for (size_t k = 0; k < hunt->suite.scripts.items.count; k++) {
            const struct script *script = hunt->suite.scripts.items.items[k];
            slow |= is_slow(script) && meant_for(script, mutant);
        }
        if (!slow)
            continue;
        printf("left out  %-36s %-36s: slow, asks for --slow\n",
            fault_rows[mutant->fault].name, mutant->caught_by);
        vec_remove(&hunt->chosen, i);
    }
}

static bool carries_failure(
    const struct script_steps *steps, const struct record_case *c)
{
    for (size_t i = 0; i < steps->list.count; i++) {
        const struct script_step *step = &steps->list.items[i];
        if (step->carries && step->line == c->failed_line)
            return true;
        for (size_t b = 0; b < step->branches.count; b++) {
            if (carries_failure(step->branches.items[b], c))
                return true;
        }
    }
    return false;
}

/* Rules of the schemas check some requirements for the script: the violation
 * ends with the section that demands it, "(XEP-0115 s5.1)". */
static bool breaks_own_section(
    const struct script *script, const struct record_case *c)
{
    for (size_t i = 0; i < script->tags.count; i++) {
        const struct script_key *tag = &script->tags.items[i];
        char xep[16] = "", section[32] = "", place[64];
        if (strcmp(tag->name, "requirement") != 0 || c->message == NULL ||
            sscanf(tag->value, "XEP-%15s %31s", xep, section) != 2)
            continue;
        snprintf(place, sizeof place, "(XEP-%s %s)", xep, section);
        if (strstr(c->message, place) != NULL)
            return true;
    }
    return false;
}

/* The harness's own fault, a crash among them, detects nothing; nor does a
 * deadline before the step that carries the requirement. */
static enum catch judge(
    const struct script *script, const struct record_case *c)
{
    switch (c->verdict) {
    case VERDICT_PASSED:
        return CATCH_PASSED;
    case VERDICT_FAILED:
    case VERDICT_WARNING:
    case VERDICT_NOTE:
        if (c->failed_line == 0)
            return breaks_own_section(script, c) ? CATCH_CARRIED : CATCH_SCHEMA;
        return carries_failure(&script->steps, c) ? CATCH_CARRIED
                                                  : CATCH_ELSEWHERE;
    case VERDICT_ERROR:
        return CATCH_BROKEN;
    default:
        return CATCH_ELSEWHERE;
    }
}

static const char *const catch_words[] = {
    "blind", "passed", "caught", "schema", "elsewhere", "broken"};

static void show_progress(const struct chase *chase, const char *what)
{
    if (!isatty(2))
        return;
    fprintf(stderr, "\r\033[K%s %zu/%zu", what, chase->done,
        chase->pairs.count > 0 ? chase->pairs.count : chase->scripts.count);
}

static void on_baseline(void *owner, struct record_case *c, size_t index)
{
    struct chase *chase = owner;
    chase->done++;
    show_progress(chase, "without a fault");
    chase->failing[index] = c->verdict != VERDICT_PASSED;
    if (chase->failing[index])
        printf("broken    %s without a fault: %s: %s\n", c->id,
            verdict_name(c->verdict), c->message);
}

/* A case with a list of values is one case: as many scripts, one behind the
 * other. */
static const char *base_id_of(const struct chase *chase, size_t script)
{
    return chase->scripts.items[script]->base_id;
}

static bool begins_case(const struct chase *chase, size_t script)
{
    return script == 0 || strcmp(base_id_of(chase, script - 1),
                              base_id_of(chase, script)) != 0;
}

static void mark_proved(struct chase *chase, const struct script *script)
{
    for (size_t i = 0; i < chase->scripts.count; i++)
        chase->proved[i] |= strcmp(base_id_of(chase, i), script->base_id) == 0;
    for (size_t i = 0; i < chase->pairs.count && chase->hunt->until_proved; i++)
        chase->unwanted[i] |= !chase->pairs.items[i].meant &&
                              chase->proved[chase->pairs.items[i].script];
}

static void stop_in_time(struct chase *chase)
{
    if (chase->end_ms == 0 || clock_ms() < chase->end_ms)
        return;
    chase->end_ms = 0;
    for (size_t i = 0; i < chase->pairs.count; i++)
        chase->unwanted[i] |= !chase->pairs.items[i].meant;
}

static void on_pair(void *owner, struct record_case *c, size_t index)
{
    struct chase *chase = owner;
    const struct pair *pair = &chase->pairs.items[index];
    const struct script *script = chase->scripts.items[pair->script];
    chase->done++;
    show_progress(chase, "with a fault");
    enum catch result = judge(script, c);
    *result_of(chase, pair->script, pair->fault) = (unsigned char)result;
    if (result == CATCH_CARRIED)
        mark_proved(chase, script);
    stop_in_time(chase);
    if (chase->matrix != NULL)
        fprintf(chase->matrix, "%s\t%s\t%s\n", fault_rows[pair->fault].name,
            c->id, catch_words[result]);
    for (size_t i = 0; i < chase->hunt->chosen.count; i++) {
        const struct mutant *mutant = chase->hunt->chosen.items[i];
        if (mutant->fault == pair->fault && meant_for(script, mutant))
            chase->why[i] = arena_printf(chase->arena, "%s: %s: %s", c->id,
                verdict_name(c->verdict), c->message);
    }
}

static bool run_all(struct chase *chase, struct script *const *scripts,
    const enum fault *faults, size_t count, unsigned char *consulted,
    worker_case_fn *finished, struct error *error)
{
    struct record_run *run = record_run_new();
    run->subject = "builtin";
    run->server = "prosody";
    chase->done = 0;
    struct workers workers = {.options = &chase->hunt->venue,
        .scripts = scripts,
        .count = count,
        .processes = chase->hunt->processes,
        .faults = faults,
        .consulted = consulted,
        .unwanted = chase->unwanted,
        .known = chase->known,
        .run = run,
        .finished = finished,
        .owner = chase};
    bool ok = count == 0 || workers_run(&workers, error);
    record_run_free(run);
    return ok;
}

static bool run_baseline(struct chase *chase, struct error *error)
{
    enum fault *none = mem_alloc((chase->scripts.count + 1) * sizeof *none);
    bool ok = run_all(chase, chase->scripts.items, none, chase->scripts.count,
        chase->consulted, on_baseline, error);
    free(none);
    return ok;
}

static bool chosen_fault(const struct hunt *hunt, enum fault fault)
{
    for (size_t i = 0; i < hunt->chosen.count; i++) {
        if (hunt->chosen.items[i]->fault == fault)
            return true;
    }
    return false;
}

static size_t seeing(const struct chase *chase, enum fault fault)
{
    size_t count = 0;
    for (size_t i = 0; i < chase->scripts.count; i++)
        count += chase->consulted[i * FAULT_COUNT + (size_t)fault];
    return count;
}

static int by_number(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* What is meant first, then the faults that few cases can see: they tell most.
 */
static int by_promise(const struct pair *a, const struct pair *b)
{
    int order = a->meant != b->meant ? (a->meant ? -1 : 1)
                                     : by_number(a->seeing, b->seeing);
    if (order == 0)
        order = by_number(a->fault, b->fault);
    return order != 0 ? order : by_number(a->script, b->script);
}

static int by_case(const void *a, const void *b, void *owner)
{
    const struct chase *chase = owner;
    const struct pair *one = a, *two = b;
    int order =
        strcmp(base_id_of(chase, one->script), base_id_of(chase, two->script));
    return order != 0 ? order : by_promise(one, two);
}

static int by_turn(const void *a, const void *b)
{
    const struct pair *one = a, *two = b;
    int order = by_number(one->turn, two->turn);
    return order != 0 ? order : by_promise(one, two);
}

/* All that are meant to catch, then a turn for each case, and so on. */
static void order_pairs(struct chase *chase)
{
    struct pair *pairs = chase->pairs.items;
    size_t count = chase->pairs.count, turn = 0;
    if (count == 0)
        return;
    qsort_r(pairs, count, sizeof *pairs, by_case, chase);
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && strcmp(base_id_of(chase, pairs[i].script),
                                 base_id_of(chase, pairs[i - 1].script)) == 0;
        turn = same ? turn : 0;
        pairs[i].turn = pairs[i].meant ? 0 : ++turn;
    }
    qsort(pairs, count, sizeof *pairs, by_turn);
}

static void choose_pairs(struct chase *chase)
{
    for (int fault = 1; fault < FAULT_COUNT; fault++) {
        if (!chosen_fault(chase->hunt, (enum fault)fault))
            continue;
        size_t cases = seeing(chase, (enum fault)fault);
        for (size_t i = 0; i < chase->scripts.count; i++) {
            bool asks = chase->consulted[i * FAULT_COUNT + (size_t)fault] != 0;
            bool own = meant(chase, i, (enum fault)fault);
            struct pair pair = {i, (enum fault)fault, own, cases, 0};
            if (asks && !chase->failing[i] && (own || !only_meant(chase, i)))
                vec_push(&chase->pairs, pair);
        }
    }
    order_pairs(chase);
}

static bool run_pairs(struct chase *chase, struct error *error)
{
    size_t count = chase->pairs.count;
    struct script **scripts = mem_alloc((count + 1) * sizeof(*scripts));
    enum fault *faults = mem_alloc((count + 1) * sizeof *faults);
    for (size_t i = 0; i < count; i++) {
        scripts[i] = chase->scripts.items[chase->pairs.items[i].script];
        faults[i] = chase->pairs.items[i].fault;
    }
    chase->unwanted = mmap(NULL, count + 1, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool ok = chase->unwanted != MAP_FAILED &&
              run_all(chase, scripts, faults, count, NULL, on_pair, error);
    if (chase->unwanted != MAP_FAILED)
        munmap(chase->unwanted, count + 1);
    free(scripts);
    free(faults);
    if (isatty(2))
        fprintf(stderr, "\r\033[K");
    return ok;
}

/* --- what is printed --- */

/* A row of the matrix: what the cases made of one mutant. */
struct row {
    bool exists, caught;        /* the case meant for it */
    size_t could, ran, by, odd; /* other cases: see it, ran, caught, and broke
                                   no more than a schema */
};

static struct row sum_up(
    const struct chase *chase, const struct mutant *mutant, bool print)
{
    enum { NAMES = 3 };
    struct row row = {0};
    const char *last = "";
    size_t names = 0;
    for (size_t i = 0; i < chase->scripts.count; i++) {
        const struct script *script = chase->scripts.items[i];
        enum catch result = *result_of(chase, i, mutant->fault);
        if (meant_for(script, mutant)) {
            row.exists = true;
            row.caught |= result == CATCH_CARRIED;
            continue;
        }
        row.could += chase->consulted[i * FAULT_COUNT + mutant->fault];
        row.ran += result != CATCH_BLIND;
        row.by += result == CATCH_CARRIED;
        row.odd += result == CATCH_SCHEMA;
        if (!print || result != CATCH_CARRIED || !strcmp(last, script->base_id))
            continue;
        last = script->base_id;
        if (++names <= NAMES)
            printf(" %s", last);
    }
    if (print && names > NAMES)
        printf(" and %zu more", names - NAMES);
    return row;
}

static void explain_matrix(void)
{
    printf("# caught by the case meant for it; by others alone; SURVIVED; or "
           "the case is missing\n"
           "# %-7s %-36s %-36s other cases that caught it, of those that ran, "
           "of those that could see it\n",
        "", "mutant", "case meant for it");
}

/* One mutant's row of the matrix; false when the case meant for it did not
 * catch it. */
static bool report_mutant(const struct chase *chase, size_t index)
{
    const struct mutant *mutant = chase->hunt->chosen.items[index];
    struct row row = sum_up(chase, mutant, false);
    printf("%-9s %-36s %-36s",
        row.caught    ? "caught"
        : !row.exists ? "no case"
        : row.by > 0  ? "by others"
                      : "SURVIVED",
        fault_rows[mutant->fault].name, mutant->caught_by);
    if (chase->hunt->all) {
        printf(" %zu of %zu of %zu%s", row.by, row.ran, row.could,
            row.by > 0 ? ":" : "");
        sum_up(chase, mutant, true);
        if (row.odd > 0)
            printf(" (%zu: a schema alone)", row.odd);
    }
    putchar('\n');
    if (!row.caught && row.exists)
        printf("          %s\n", chase->why[index] != NULL
                                     ? chase->why[index]
                                     : "its case never comes to that place");
    return row.caught;
}

/* Cases that catch nothing by their own requirement; one with a list of values
 * does if one value does. */
static int report_idle(const struct chase *chase)
{
    int idle = 0;
    for (size_t i = 0; i < chase->scripts.count; i++) {
        if (!begins_case(chase, i) || chase->proved[i] || chase->failing[i])
            continue;
        printf("idle      %s\n", base_id_of(chase, i));
        idle++;
    }
    return idle;
}

static size_t count_cases(const struct chase *chase)
{
    size_t count = 0;
    for (size_t i = 0; i < chase->scripts.count; i++)
        count += begins_case(chase, i);
    return count;
}

static int report(const struct chase *chase)
{
    int missed = 0, broken = 0;
    if (chase->hunt->all)
        explain_matrix();
    for (size_t i = 0; i < chase->hunt->chosen.count; i++)
        missed += !report_mutant(chase, i);
    for (size_t i = 0; i < chase->scripts.count; i++)
        broken += chase->failing[i];
    bool judge_idle = chase->hunt->all && !chase->hunt->part;
    int idle = judge_idle ? report_idle(chase) : 0;
    printf("# %zu mutants, %d not caught by the case meant for them",
        chase->hunt->chosen.count, missed);
    if (judge_idle)
        printf(", %d idle cases of %zu", idle, count_cases(chase));
    if (broken > 0)
        printf(", %d cases fail without a fault", broken);
    printf("; %zu pairs of %zu were run\n", chase->done, chase->pairs.count);
    return missed > 0 || idle > 0 || broken > 0 ? EXIT_FAILED : EXIT_PASSED;
}

int hunt_run(struct hunt *hunt)
{
    struct error error = {{0}};
    struct chase chase = {.hunt = hunt, .known = NULL};
    if (hunt->matrix != NULL &&
        (chase.matrix = fopen(hunt->matrix, "w")) == NULL) {
        fprintf(
            stderr, "jinglespec mutants: cannot write '%s'\n", hunt->matrix);
        return EXIT_UNABLE;
    }
    if (chase.matrix != NULL)
        setvbuf(chase.matrix, NULL, _IOLBF, 0);
    chase.arena = arena_new();
    chase.known = known_new();
    leave_out_slow(hunt);
    choose_scripts(&chase);
    size_t cells = (chase.scripts.count + 1) * FAULT_COUNT;
    chase.consulted = mmap(
        NULL, cells, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    chase.results = mem_alloc(cells);
    chase.proved = mem_alloc(chase.scripts.count + 1);
    chase.failing = mem_alloc(chase.scripts.count + 1);
    chase.why = mem_alloc((hunt->chosen.count + 1) * sizeof *chase.why);
    bool ok =
        chase.consulted != MAP_FAILED &&
        known_load_own(chase.known, hunt->venue.home, NULL, NULL, &error) &&
        run_baseline(&chase, &error);
    if (ok) {
        choose_pairs(&chase);
        if (hunt->limit_ms > 0)
            chase.end_ms = clock_ms() + hunt->limit_ms;
        ok = run_pairs(&chase, &error);
    }
    int code = ok ? report(&chase) : EXIT_UNABLE;
    if (!ok)
        fprintf(stderr, "jinglespec mutants: %s\n",
            error.message[0] != 0 ? error.message : "some runs are missing");
    if (chase.consulted != MAP_FAILED)
        munmap(chase.consulted, cells);
    if (chase.matrix != NULL)
        fclose(chase.matrix);
    free(chase.results);
    free(chase.proved);
    free(chase.failing);
    free(chase.why);
    vec_free(&chase.scripts);
    vec_free(&chase.pairs);
    known_free(chase.known);
    arena_free(chase.arena);
    return code;
}
