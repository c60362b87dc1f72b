/* Parse and validate one Jingle offer of about 1 kB: our validator against
 * libxml2 alone with the same schemas, both with reused contexts. Prints
 * "ours_us again_us libxml2_us" per stanza: the tenth part of many short
 * rounds, taken in turns, so that the machine's moods matter little. "ours" is
 * of offers that differ in their dates, so that none has the shape of one that
 * was judged before; "again" of one offer again and again. */
#include "base/clock.h"
#include "base/file.h"
#include "schema/catalog.h"
#include "schema/schema_set.h"
#include "schema/validator.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { rounds = 101, stanzas = 400 };

static char offer[] =
    "<stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
    "<iq from='romeo@montague.lit/orchard' id='nzu25s8' "
    "to='juliet@capulet.lit/balcony' type='set'>"
    "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' "
    "initiator='romeo@montague.lit/orchard' sid='851ba2'>"
    "<content creator='initiator' name='a-file-offer' senders='initiator'>"
    "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>"
    "<date>1969-07-21T02:56:15Z</date><desc>This is a test.</desc>"
    "<media-type>text/plain</media-type><name>test.txt</name><range/>"
    "<size>6144</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-1'>"
    "w0mcJylzCn+AfvuGdqkty2+KP48=</hash></file></description>"
    "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' mode='tcp' "
    "sid='vj3hs98y'><candidate cid='hft54dqy' host='192.168.4.1' "
    "jid='romeo@montague.lit/orchard' port='5086' priority='8257636' "
    "type='direct'/><candidate cid='hutr46fe' host='24.24.24.1' "
    "jid='romeo@montague.lit/orchard' port='5087' priority='8258636' "
    "type='direct'/></transport></content></jingle></iq></stream:stream>";

static void on_violation(void *owner, const struct violation *violation)
{
    (*(size_t *)owner)++;
    fprintf(stderr, "%s: %s\n", violation->xpath, violation->message);
}

static xmlNode *parse(xmlParserCtxt *parser)
{
    xmlDoc *doc = xmlCtxtReadMemory(parser, offer, sizeof offer - 1, NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_COMPACT);
    return xmlDocGetRootElement(doc)->children;
}

/* Another date, within the month of the first moon landing. */
static void change_date(unsigned number)
{
    static char *date;
    if (date == NULL)
        date = strstr(offer, "1969-07-21T") + strlen("1969-07-");
    char text[13];
    snprintf(text, sizeof text, "%02uT%02u:%02u:%02u", number / 86400 % 28 + 1,
        number / 3600 % 24, number / 60 % 60, number % 60);
    memcpy(date, text, strlen(text));
}

static double us_each(int64_t began)
{
    return (double)(clock_us() - began) / stanzas;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct error error = {{0}};
    const char *dir = argc > 1 ? argv[1] : "schemas";
    struct validator *validator = validator_new(dir, NULL, &error);
    struct catalog *catalog = catalog_read(dir, &error);
    if (validator == NULL || catalog == NULL) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    size_t violations = 0;
    struct validation *ours =
        validation_new(validator, on_violation, &violations);
    xmlSchemaValidCtxt *theirs =
        xmlSchemaNewValidCtxt(schema_set_compile(dir, catalog, false, &error));
    xmlParserCtxt *parser = xmlNewParserCtxt();
    double us[3][rounds];
    unsigned number = 0;
    for (int round = 0; round < rounds; round++) {
        for (int again = 0; again < 2; again++) {
            int64_t began = clock_us();
            for (int i = 0; i < stanzas; i++) {
                if (again == 0)
                    change_date(number++);
                xmlNode *iq = parse(parser);
                struct stanza_origin origin = {
                    "Romeo", "romeo@montague.lit/orchard", true, 1};
                validation_stanza(ours, iq, &origin);
                xmlFreeDoc(iq->doc);
            }
            us[again][round] = us_each(began);
        }
        int64_t began = clock_us();
        for (int i = 0; i < stanzas; i++) {
            xmlNode *iq = parse(parser);
            violations += xmlSchemaValidateOneElement(theirs, iq) != 0 ? 1 : 0;
            xmlFreeDoc(iq->doc);
        }
        us[2][round] = us_each(began);
    }
    for (int i = 0; i < 3; i++)
        qsort(us[i], rounds, sizeof us[i][0], compare);
    printf("%.2f %.2f %.2f\n", us[0][rounds / 10], us[1][rounds / 10],
        us[2][rounds / 10]);
    return violations == 0 ? 0 : 1;
}
