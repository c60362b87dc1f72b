#include "record/software.h"

#include "base/test.h"

#define INFO                                                                   \
    "<iq type='result'><query xmlns='http://jabber.org/protocol/disco#info'>"  \
    "<identity category='client' type='pc' name='Gajim'/></query></iq>"
#define VERSION                                                                \
    "<iq type='result'><query xmlns='jabber:iq:version'><name>Dino</name>"     \
    "<version>0.4.2\n</version></query></iq>"

static struct record_run *run_with(const char *from, const char *data)
{
    struct record_run *run = record_run_new();
    struct record_case *c = record_case_new(run);
    c->script = "# x\n\n[Client] Romeo\n\n[Subject] Juliet\n";
    vec_push(&c->events,
        ((struct record_event){
            .kind = EVENT_STANZA, .from = from, .to = "server", .data = data}));
    return run;
}

TEST(a_version_that_the_subject_told_is_its_name)
{
    struct record_run *run = run_with("Juliet", VERSION);
    CHECK_TEXT(software_of_subject(run), "Dino 0.4.2");
    record_run_free(run);
}

TEST(else_its_identity_is)
{
    struct record_run *run = run_with("Juliet", INFO);
    CHECK_TEXT(software_of_subject(run), "Gajim");
    record_run_free(run);
}

TEST(what_a_puppet_says_is_not)
{
    struct record_run *run = run_with("Romeo", VERSION);
    CHECK(software_of_subject(run) == NULL);
    record_run_free(run);
}
