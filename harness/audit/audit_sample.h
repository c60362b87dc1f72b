/* For tests: the audit of a XEP that is made up. */
#ifndef JS_AUDIT_SAMPLE_H
#define JS_AUDIT_SAMPLE_H

#include "audit/audit.h"
#include "base/file.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>

static void test_complain(const char *line)
{
    fprintf(stderr, "# %s\n", line);
}

/* A checkout of one XEP with this schema body (in urn:x) and this prose. */
static inline struct checkout *audit_of(const char *schema, const char *prose)
{
    struct error error;
    char *dir = file_make_temp("audit", &error);
    CHECK(dir != NULL);
    struct buffer xep = {0};
    buffer_printf(&xep,
        "<?xml version='1.0'?>\n<xep><header><title>T</title><number>0999"
        "</number><status>Draft</status><type>Standards Track</type>"
        "</header>\n%s<section1 topic='XML Schema'><code><![CDATA[\n"
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
        "targetNamespace='urn:x' xmlns='urn:x' "
        "elementFormDefault='qualified'>\n%s\n</xs:schema>]]></code>"
        "</section1></xep>\n",
        prose, schema);
    char *path = file_join(dir, "xep-0999.xml");
    CHECK(file_write(path, buffer_bytes(&xep), &error));
    struct audit_options options = {.xeps = dir};
    struct checkout *checkout = audit_run(&options, test_complain, &error);
    CHECK(checkout != NULL);
    file_remove_tree(dir);
    buffer_free(&xep);
    free(path);
    free(dir);
    return checkout;
}

/* A checkout of whole documents, xep-0991.xml and so on; the last is NULL. */
static inline struct checkout *audit_of_all(const char *const *texts)
{
    struct error error;
    char *dir = file_make_temp("audit", &error);
    CHECK(dir != NULL);
    for (size_t i = 0; texts[i] != NULL; i++) {
        char name[32];
        snprintf(name, sizeof name, "xep-%04zu.xml", 991 + i);
        char *path = file_join(dir, name);
        struct bytes all = {(const unsigned char *)texts[i], strlen(texts[i])};
        CHECK(file_write(path, all, &error));
        free(path);
    }
    struct audit_options options = {.xeps = dir};
    struct checkout *checkout = audit_run(&options, test_complain, &error);
    CHECK(checkout != NULL);
    file_remove_tree(dir);
    free(dir);
    return checkout;
}

/* The audit finds exactly this: "severity class path" of each, by line. */
__attribute__((unused)) static void check_found(
    const char *schema, const char *prose, const char *want)
{
    struct checkout *checkout = audit_of(schema, prose);
    struct buffer got = {0};
    for (size_t i = 0; i < checkout->audit->findings->list.count; i++) {
        const struct finding *f = checkout->audit->findings->list.items[i];
        buffer_printf(&got, "%s%s %s %s", i ? "; " : "",
            finding_severity(f->severity), f->class, f->path);
    }
    CHECK_TEXT(buffer_text(&got), want);
    buffer_free(&got);
    checkout_free(checkout);
}

#endif
