#include "report/page.h"

#include "base/utf8.h"

#include <openssl/evp.h>
#include <string.h>

/* The style and the script are files that a person can edit; the assembler
 * puts them into the program, so that a report needs nothing else. */
#define EMBED(name, file)                                                      \
    __asm__(".pushsection .rodata\n" #name ":\n.incbin \"" SOURCE_DIR          \
            "/reports/" file "\"\n" #name "_end:\n.byte 0\n.popsection\n");    \
    extern const char name[], name##_end[]
EMBED(page_style, "report.css");
EMBED(page_script, "report.js");

/* For the content security policy: only these very bytes may run. */
static void add_digest(struct buffer *out, const char *from, const char *to)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_Digest(from, (size_t)(to - from), digest, &len, EVP_sha256(), NULL);
    buffer_add_text(out, "'sha256-");
    base64_encode(out, digest, len);
    buffer_add_text(out, "'");
}

void page_begin(struct page *page, const char *title)
{
    struct buffer *out = page->out;
    buffer_add_text(out,
        "<!DOCTYPE html>\n<html lang=\"en\" class=\"nojs\">\n<head>\n"
        "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
        "'none'; base-uri 'none'; form-action 'none'; style-src ");
    add_digest(out, page_style, page_style_end);
    buffer_add_text(out, "; script-src ");
    add_digest(out, page_script, page_script_end);
    buffer_add_text(out, "; img-src data:\">\n<title>");
    page_line(page, title, 200);
    buffer_add_text(
        out, "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
    buffer_add(out, page_style, (size_t)(page_style_end - page_style));
    buffer_add_text(out,
        "</style>\n</head>\n<body>\n"
        "<a class=\"skip\" href=\"#cases\">To the cases</a>\n");
}

void page_end(struct page *page)
{
    buffer_add_text(page->out, "<script>");
    buffer_add(page->out, page_script, (size_t)(page_script_end - page_script));
    buffer_add_text(page->out, "</script>\n</body>\n</html>\n");
}

void page_line(struct page *page, const char *text, size_t limit)
{
    struct buffer line = {0};
    utf8_add_line(&line, text, limit);
    buffer_add_xml(page->out, buffer_text(&line), line.len);
    buffer_free(&line);
}

/* Inside of an element quotes need no escape: stanzas are full of them. */
static void add_content(struct buffer *out, uint32_t c)
{
    if (c == '<')
        buffer_add_text(out, "&lt;");
    else if (c == '>')
        buffer_add_text(out, "&gt;");
    else if (c == '&')
        buffer_add_text(out, "&amp;");
    else if (c == '\n' || c == '\t' || utf8_printable(c))
        utf8_add(out, c);
    else
        utf8_add(out, UTF8_REPLACEMENT);
}

void page_text(struct page *page, const char *text, size_t limit)
{
    if (text == NULL)
        return;
    size_t len = strlen(text), end = len > limit ? limit : len;
    for (size_t i = 0; i < end;) {
        uint32_t c;
        i += utf8_next(text + i, len - i, &c);
        if (c != '\r')
            add_content(page->out, c);
    }
    if (len > limit)
        buffer_printf(page->out,
            "\n\xe2\x80\xa6 %zu of %zu bytes; all of it is in results.json",
            limit, len);
}

void page_pair(struct page *page, const char *name, const char *text)
{
    if (text == NULL || *text == 0)
        return;
    buffer_printf(page->out, "<dt>%s</dt><dd>", name);
    page_line(page, text, 1000);
    buffer_add_text(page->out, "</dd>");
}

void page_verdict(struct page *page, enum verdict verdict)
{
    const char *name = verdict_name(verdict);
    buffer_printf(page->out, "<span class=\"v %s\">%s</span>", name, name);
}

static bool is_number(const char *text, size_t len)
{
    return strlen(text) == len && strspn(text, "0123456789") == len;
}

static bool is_plain(const char *text)
{
    return *text != 0 && strlen(text) < 120 &&
           text[strspn(text,
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
               "0123456789-_.")] == 0;
}

static void add_fragment(
    struct page *page, const char *section, const char *anchor, bool rfc)
{
    if (rfc) {
        if (section != NULL && is_plain(section))
            buffer_printf(page->out, "#section-%s", section);
    } else if (anchor != NULL && is_plain(anchor)) {
        buffer_printf(page->out, "#%s", anchor);
    }
}

void page_section_link(
    struct page *page, const char *xep, const char *section, const char *anchor)
{
    struct buffer *out = page->out;
    if (xep == NULL)
        return;
    if (strncmp(xep, "XEP-", 4) == 0)
        xep += 4;
    /* A XEP by its four digits ("0384-0.3" is an old version of one), an RFC
     * as "rfc6120" or "RFC 6120". */
    bool rfc = strncmp(xep, "rfc", 3) == 0 || strncmp(xep, "RFC", 3) == 0;
    char digits[5] = "";
    strncat(digits, xep + (rfc ? 3 + strspn(xep + 3, " -") : 0), 4);
    bool link = is_number(digits, 4);
    if (link) {
        buffer_printf(out,
            rfc ? "<a href=\"https://www.rfc-editor.org/rfc/rfc%s"
                : "<a href=\"https://xmpp.org/extensions/xep-%s.html",
            digits);
        add_fragment(page, section, anchor, rfc);
        buffer_add_text(out, "\" rel=\"noreferrer\">");
    }
    buffer_add_text(out, rfc ? "" : "XEP-");
    page_line(page, xep, 20);
    if (section != NULL) {
        buffer_add_text(out, " \xc2\xa7");
        page_line(page, section, 60);
    }
    buffer_add_text(out, link ? "</a>" : "");
}

void page_xep_name(struct page *page, const char *xep)
{
    static const struct {
        const char *xep, *name;
    } names[] = {
        {"0030", "Service Discovery"},
        {"0047", "In-Band Bytestreams"},
        {"0065", "SOCKS5 Bytestreams"},
        {"0115", "Entity Capabilities"},
        {"0163", "Personal Eventing Protocol"},
        {"0166", "Jingle"},
        {"0199", "XMPP Ping"},
        {"0234", "Jingle File Transfer"},
        {"0260", "Jingle SOCKS5 Bytestreams Transport"},
        {"0261", "Jingle In-Band Bytestreams Transport"},
        {"0280", "Message Carbons"},
        {"0300", "Cryptographic Hash Functions"},
        {"0313", "Message Archive Management"},
        {"0353", "Jingle Message Initiation"},
        {"0384", "OMEMO Encryption"},
        {"0391", "Jingle Encrypted Transports"},
        {"0396", "Jingle Encrypted Transports - OMEMO"},
    };
    if (xep == NULL) {
        buffer_add_text(page->out, "other");
        return;
    }
    buffer_add_text(page->out, "XEP-");
    page_line(page, xep, 20);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].xep, xep) == 0)
            buffer_printf(page->out, ": %s", names[i].name);
    }
}

void page_bar(struct page *page, const int *counts)
{
    static const enum verdict order[] = {VERDICT_PASSED, VERDICT_NOTE,
        VERDICT_UNSUPPORTED, VERDICT_WARNING, VERDICT_INCONCLUSIVE,
        VERDICT_ERROR, VERDICT_FAILED};
    enum { WIDTH = 160 };
    int all = 0, sum = 0;
    for (size_t i = 0; i <= VERDICT_ERROR; i++)
        all += counts[i];
    buffer_printf(page->out,
        "<svg class=\"bar\" width=\"%d\" height=\"12\" aria-hidden=\"true\">",
        WIDTH);
    for (size_t i = 0; all > 0 && i < sizeof order / sizeof *order; i++) {
        int from = WIDTH * sum / all;
        sum += counts[order[i]];
        int to = WIDTH * sum / all;
        if (to > from)
            buffer_printf(page->out,
                "<rect class=\"%s\" x=\"%d\" width=\"%d\" height=\"12\"/>",
                verdict_name(order[i]), from, to - from);
    }
    buffer_add_text(page->out, "</svg>");
}
