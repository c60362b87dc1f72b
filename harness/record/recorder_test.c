#include "record/recorder.h"

#include "base/test.h"
#include "report/sample_run.h"
#include "script/script.h"

#include <stdlib.h>

static char *print(struct recorder *recorder, struct error *error)
{
    struct buffer out = {0};
    bool ok = recorder_print(recorder, "A log", "recorded", &out, error);
    recorder_free(recorder);
    char *text = buffer_take(&out);
    if (ok)
        return text;
    free(text);
    return NULL;
}

static void out(struct recorder *recorder, const char *stanza)
{
    recorder_stanza(recorder, "a@x/1", true, bytes_text(stanza), NULL);
}

static void in(struct recorder *recorder, const char *stanza)
{
    recorder_stanza(recorder, "a@x/1", false, bytes_text(stanza), NULL);
}

/* Does the language take it? */
static void check_script(const char *text)
{
    struct error error = {0};
    struct script_list list = {0};
    if (!script_parse("r.scs", text, NULL, NULL, NULL, &list, &error))
        test_fail(__FILE__, __LINE__, "%s in\n%s", error.message, text);
    CHECK_INT(list.items.count, 1);
    script_free(list.items.items[0]);
    vec_free(&list.items);
}

static bool holds(const char *text, const char *part)
{
    return text != NULL && strstr(text, part) != NULL;
}

#define CONTENT(inside)                                                        \
    "<content creator='initiator' name='f' senders='initiator'>" inside        \
    "</content>"
#define FILE_OF_9                                                              \
    "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file>"         \
    "<name>n</name><size>9</size></file></description>"
#define JINGLE(action, inside)                                                 \
    "<jingle xmlns='urn:xmpp:jingle:1' action='" action "' sid='s7'>" inside   \
    "</jingle>"
#define IBB                                                                    \
    "<transport xmlns='urn:xmpp:jingle:transports:ibb:1' sid='t7' "            \
    "block-size='4096'/>"

/* The log of a client that took a file in-band. */
static struct recorder *ibb_log(void)
{
    struct recorder *r = recorder_new();
    in(r, "<iq type='set' id='q1' from='b@x/2' to='a@x/1'>" JINGLE(
              "session-initiate", CONTENT(FILE_OF_9 IBB)) "</iq>");
    out(r, "<iq type='result' id='q1' to='b@x/2'/>");
    out(r, "<iq type='set' id='w1' to='b@x/2'>" JINGLE(
               "session-accept", CONTENT(FILE_OF_9 IBB)) "</iq>");
    in(r, "<iq type='result' id='w1' from='b@x/2' to='a@x/1'/>");
    in(r, "<iq type='set' id='q2' from='b@x/2' to='a@x/1'><open "
          "xmlns='http://jabber.org/protocol/ibb' sid='t7' "
          "block-size='4096'/></iq>");
    out(r, "<iq type='result' id='q2' to='b@x/2'/>");
    in(r, "<iq type='set' id='q3' from='b@x/2' to='a@x/1'><data "
          "xmlns='http://jabber.org/protocol/ibb' sid='t7' seq='0'>MTIzNDU2Nzg5"
          "</data></iq>");
    out(r, "<iq type='result' id='q3' to='b@x/2'/>");
    out(r, "<iq type='set' id='w2' to='b@x/2'>" JINGLE(
               "session-terminate", "<reason><success/></reason>") "</iq>");
    return r;
}

TEST(the_clients_own_log_becomes_a_case_with_it_as_the_subject)
{
    struct error error = {0};
    char *text = print(ibb_log(), &error);
    CHECK_TEXT(error.message, "");
    CHECK(holds(text, "[Client] Romeo"));
    CHECK(holds(text, "[Subject] Juliet\n\tcontacts: yes\n"
                      "\tneeds: receive, accept, ibb\n"));
    CHECK(holds(text, "[File] photo\n\tsize: 9\n"));
    CHECK(holds(
        text, "Juliet is asked to accept\nRomeo receives, within 20s:\n"));
    CHECK(holds(text, "Romeo streams photo over ibb ${stream}, in blocks of "
                      "${block-size}\n"));
    CHECK(holds(text, "<size>${size of photo}</size>"));
    CHECK(!holds(text, "s7") && !holds(text, "t7") && !holds(text, "@x"));
    check_script(text);
    free(text);
}

TEST(the_peer_can_be_the_subject)
{
    struct error error = {0};
    struct recorder *recorder = ibb_log();
    recorder_subject(recorder, "b@x");
    char *text = print(recorder, &error);
    CHECK(holds(text, "Juliet is asked to send photo to Romeo\n"));
    CHECK(holds(text, "Romeo collects photo over ibb ${stream}, within 20s\n"));
    check_script(text);
    free(text);
}

TEST(socks5_becomes_listeners_and_connections)
{
    struct error error = {0};
    struct recorder *r = recorder_new();
    in(r, "<iq type='set' id='q1' from='b@x/2' to='a@x/1'>" JINGLE(
              "session-initiate",
              CONTENT(FILE_OF_9
                  "<transport xmlns='urn:xmpp:jingle:transports:s5b:1' "
                  "sid='t7'><candidate cid='c1' host='10.0.0.1' port='7' "
                  "priority='9' jid='b@x/2'/></transport>")) "</iq>");
    out(r, "<iq type='set' id='w1' to='b@x/2'>" JINGLE("transport-info",
               CONTENT("<transport xmlns='urn:xmpp:jingle:transports:s5b:1' "
                       "sid='t7'><candidate-used cid='c1'/></transport>")) "</"
                                                                           "iq"
                                                                           ">");
    in(r, "<iq type='set' id='q2' from='b@x/2' to='a@x/1'>" JINGLE(
              "transport-info",
              CONTENT("<transport xmlns='urn:xmpp:jingle:transports:s5b:1' "
                      "sid='t7'><candidate-error/></transport>")) "</iq>");
    char *text = print(r, &error);
    CHECK(holds(text, "Romeo listens for socks5 as near\n"));
    CHECK(holds(text, "host='${near host}' port='${near port}'"));
    CHECK(holds(text, "Romeo accepts socks5 on near as conn, within 20s\n"));
    CHECK(holds(text, "Romeo sends photo on conn\n"));
    CHECK(!holds(text, "10.0.0.1"));
    check_script(text);
    free(text);
}

TEST(hostile_names_cannot_add_a_step)
{
    struct error error = {0};
    struct recorder *r = recorder_new();
    in(r, "<message from='b@x/2' to='a@x/1'><data seq='0' sid='t' "
          "xmlns='http://jabber.org/protocol/ibb'>x&#10;Romeo "
          "disconnects&#10;[Client] X ${sid} {</data></message>");
    in(r, "<iq type='set' id='q1' from='b@x/2' to='a@x/1'><jingle "
          "xmlns='urn:xmpp:jingle:1' action='session-initiate' "
          "sid='a&#10;Romeo disconnects'><content name='x&#10;y ${domain}' "
          "creator='&lt;&quot;'/></jingle></iq>");
    char *text = print(r, &error);
    CHECK_TEXT(error.message, "");
    CHECK(!holds(text, "\nRomeo disconnects"));
    CHECK(!holds(text, "${domain}"));
    check_script(text);
    free(text);
}

TEST(what_cannot_be_replayed_is_refused_with_the_reason)
{
    struct error error = {0};
    struct recorder *r = recorder_new();
    in(r, "<iq type='set' id='q1' from='b@x/2' to='a@x/1'>" JINGLE(
              "session-initiate",
              CONTENT("<security xmlns='urn:xmpp:jingle:jet:0'/>")) "</iq>");
    CHECK(print(r, &error) == NULL);
    CHECK(holds(error.message, "encrypted"));
    r = recorder_new();
    in(r, "<presence from='b@x/2' to='a@x/1'/>");
    CHECK(print(r, &error) == NULL);
    CHECK(holds(error.message, "no stanza between two clients"));
    CHECK(print(recorder_new(), &error) == NULL);
    CHECK(holds(error.message, "holds no stanza"));
}

TEST(a_case_keeps_its_headers_and_its_users)
{
    struct error error = {0};
    struct record_run *run = sample_run();
    struct record_case *c = sample_case(run, "a", VERDICT_PASSED);
    c->values = "size=77";
    c->script = "# T\n## id: a\n\n[Client] Romeo\n\tfeatures: urn:x\n\n"
                "[Subject] Juliet\n\tcontacts: yes\n\n[File] photo\n"
                "\tsize: ${size}\n\n-----\n\nRomeo connects\n";
    const struct record_event events[] = {
        {.kind = EVENT_STEP, .label = "Romeo connects", .line = 15},
        {.kind = EVENT_STANZA,
            .from = "Romeo",
            .to = "server",
            .data = "<iq type='set' id='q' to='j@x/1'><a xmlns='b'/></iq>"},
        {.kind = EVENT_STANZA,
            .from = "server",
            .to = "Juliet",
            .data = "<iq type='set' id='q' from='r@x/1' to='j@x/1'><a "
                    "xmlns='b'/></iq>"},
        {.kind = EVENT_STANZA,
            .from = "server",
            .to = "Romeo",
            .data = "<iq type='result' id='q' from='j@x/1' to='r@x/1'/>"},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        vec_push(&c->events, events[i]);
    struct recorder *recorder = recorder_new();
    recorder_case(recorder, c);
    char *text = print(recorder, &error);
    CHECK_TEXT(error.message, "");
    CHECK(holds(text, "[Client] Romeo\n\tfeatures: urn:x\n"));
    CHECK(holds(text, "\tsize: 77\n"));
    CHECK(holds(text, "Romeo connects\n"));
    CHECK(holds(text, "<iq type='set' to=\"${Juliet's full JID}\" id='r1'>"));
    CHECK(holds(text, "id='r1'/>"));
    check_script(text);
    free(text);
    record_run_free(run);
}
