/* The parts of the HTML report: one self-contained page, no network, whose
 * policy allows its own script and style alone. For report/html*.c only. */
#ifndef JS_PAGE_H
#define JS_PAGE_H

#include "base/bytes.h"
#include "record/record.h"

#include <stddef.h>

struct page {
    struct buffer *out;
    struct record_run *const *runs;
    size_t count;
    size_t share_ok, share_bad; /* bytes that a case may take, about */
};

/* <html> up to <body>, and its end with the script. */
void page_begin(struct page *page, const char *title);
void page_end(struct page *page);

/* Escaped text: one line of at most limit characters; or all of it, lines and
 * tabs kept, at most limit bytes. NULL adds nothing. */
void page_line(struct page *page, const char *text, size_t limit);
void page_text(struct page *page, const char *text, size_t limit);
/* <dt>name</dt><dd>text</dd>; nothing when text is NULL. */
void page_pair(struct page *page, const char *name, const char *text);
/* The verdict as sign and word. */
void page_verdict(struct page *page, enum verdict verdict);
/* A link to a section of a XEP or RFC, with its words; plain words when the
 * names are not such that an address can be made of them. */
void page_section_link(struct page *page, const char *xep, const char *section,
    const char *anchor);
/* "XEP-0261: Jingle In-Band Bytestreams", or "other" for NULL. */
void page_xep_name(struct page *page, const char *xep);

/* The sections of the page. */
void page_summary(struct page *page);
void page_matrix(struct page *page);
void page_cases(struct page *page);
void page_case(struct page *page, size_t run, size_t index);
void page_requirements(struct page *page);

/* A stacked bar of counts by verdict. */
void page_bar(struct page *page, const int *counts);

#endif
