#include "report/bundle.h"

#include "base/file.h"
#include "base/test.h"
#include "base/xml.h"
#include "record/results.h"
#include "record/transcript.h"
#include "report/directory.h"
#include "report/sample_run.h"

#include <stdlib.h>

TEST(a_name_never_leaves_its_directory)
{
    static const char *const rows[][2] = {
        {"../../etc/passwd", "_._.._etc_passwd"}, {"", "case"},
        {"a b/c", "a_b_c"}, {"0047-seq.size-1", "0047-seq.size-1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *name = bundle_name(rows[i][0]);
        CHECK(strchr(name, '/') == NULL);
        CHECK(name[0] != '.');
        free(name);
    }
}

TEST(a_transcript_is_well_formed_whatever_the_client_sent)
{
    struct record_run *run = sample_full_run();
    struct record_case *c = run->cases.items[run->cases.count - 1];
    static const char *const data[] = {"<iq/>", "<iq>", "</stanza>", "<a:b/>",
        "<!DOCTYPE x><iq/>", "<presence xmlns:a='b'><a:c/></presence>"};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        struct record_event e = {.from = "server",
            .to = SAMPLE_HOSTILE,
            .data = data[i],
            .mark = SAMPLE_HOSTILE};
        vec_push(&c->events, e);
    }
    struct buffer out = {0};
    record_transcript(c, &out);
    xmlDoc *doc = xml_parse(buffer_bytes(&out), NULL);
    CHECK(doc != NULL);
    const xmlNode *root = xmlDocGetRootElement(doc);
    int stanzas = 0;
    for (const xmlNode *n = xml_child(root, NULL, "stanza"); n != NULL;
         n = xml_next(n, NULL, "stanza"))
        stanzas++;
    CHECK_INT(stanzas, 2);
    xmlFreeDoc(doc);
    buffer_free(&out);
    record_run_free(run);
}

TEST(a_report_directory_holds_every_form_and_a_bundle_per_failure)
{
    struct error error = {0};
    struct record_run *run = sample_full_run();
    char *dir = file_make_temp("report-test", &error);
    CHECK(report_directory_write(run, dir, &error));
    static const char *const files[] = {"results.json", "index.html",
        "junit.xml", "results.tap", "summary.md", "failed/0261-failed/case.txt",
        "failed/0261-failed/script.scs", "failed/0261-error/transcript.xml"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = file_join(dir, files[i]);
        bool there = file_exists(path);
        free(path);
        if (!there)
            test_fail(__FILE__, __LINE__, "no %s", files[i]);
    }
    char *path = file_join(dir, "failed/0261-failed/results.json");
    struct record_run *alone = results_read(path, &error);
    CHECK(alone != NULL);
    CHECK_INT(alone->cases.count, 1);
    CHECK_TEXT(alone->cases.items[0]->bundle, "failed/0261-failed");
    record_run_free(alone);
    free(path);
    file_remove_tree(dir);
    free(dir);
    record_run_free(run);
}
