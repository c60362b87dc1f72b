#include "record/catalogue.h"

#include "base/test.h"
#include "report/sample_run.h"

TEST(a_case_gets_the_section_and_paraphrase_of_its_requirement)
{
    struct error error = {0};
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_PASSED);
    c->requirements.items[0] =
        (struct record_requirement){.text = "XEP-0261 s2.2 open-sent (MUST)"};
    CHECK(record_attach_catalogue(run, test_source(), &error));
    CHECK_TEXT(c->requirements.items[0].xep, "0261");
    CHECK_TEXT(c->requirements.items[0].anchor, "protocol-start");
    CHECK(c->requirements.items[0].paraphrase != NULL);
    CHECK(run->coverage.count > 100);
    c->path = arena_printf(run->arena, "%s/cases/x/y.scs", test_source());
    CHECK(record_attach_catalogue(run, test_source(), &error));
    CHECK_TEXT(c->path, "x/y.scs");
    record_run_free(run);
}

TEST(without_a_catalogue_the_record_stays_as_it_is)
{
    struct error error = {0};
    struct record_run *run = sample_run();
    CHECK(!record_attach_catalogue(run, "/nonexistent", &error));
    CHECK_INT(run->coverage.count, 0);
    CHECK(error.message[0] != 0);
    record_run_free(run);
}
