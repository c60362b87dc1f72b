#include "omemo/omemo.h"

#include "omemo/fake_pep.h"

static const char r[] = "romeo@x", j[] = "juliet@x";

/* Asks until nothing is awaited. */
static enum omemo_state prepared(struct fake_pep *pep,
    struct omemo_account *account, const char *peer, struct error *error)
{
    enum omemo_state state;
    for (int i = 0; i < 10; i++) {
        pep_run(pep);
        state = omemo_account_prepare(account, peer, error);
        if (state != OMEMO_WAITING)
            return state;
    }
    return OMEMO_WAITING;
}

static const uint8_t key16[16] = {1, 2, 3}, iv12[12] = {9};

/* <encrypted/> from the account to the peer, as a tree. */
static xmlDoc *wrapped(
    struct fake_pep *pep, struct omemo_account *from, const char *to)
{
    struct error error = {{0}};
    struct buffer out = {0};
    if (prepared(pep, from, to, &error) != OMEMO_READY ||
        !omemo_account_wrap(
            from, to, bytes_of(key16, 16), bytes_of(iv12, 12), &out, &error))
        test_fail(__FILE__, __LINE__, "%s", error.message);
    xmlDoc *doc = xml_parse(buffer_bytes(&out), &error);
    buffer_free(&out);
    return doc;
}

/* Expects and unwraps; true when the right key came out. */
static bool unwrapped(struct fake_pep *pep, struct omemo_account *account,
    const char *peer, const xmlDoc *doc, struct error *error)
{
    const xmlNode *root = xmlDocGetRootElement((void *)(uintptr_t)doc);
    enum omemo_state state;
    do {
        pep_run(pep);
        state = omemo_account_expect(account, peer, root, error);
    } while (state == OMEMO_WAITING);
    if (state == OMEMO_FAILED)
        return false;
    struct buffer key = {0}, iv = {0};
    bool done = omemo_account_unwrap(account, peer, root, &key, &iv, error);
    if (done) {
        CHECK_BYTES(key.data, key.len, key16, 16);
        CHECK_BYTES(iv.data, iv.len, iv12, 12);
    }
    buffer_free(&key);
    buffer_free(&iv);
    return done;
}

static size_t count_keys(const xmlDoc *doc)
{
    xmlNode *root = xmlDocGetRootElement((void *)(uintptr_t)doc), *at = NULL;
    size_t count = 0;
    while ((at = xml_find(root, at, OMEMO_NS, "key")))
        count++;
    return count;
}

static bool has_key_for(const xmlDoc *doc, struct omemo_account *account)
{
    xmlNode *root = xmlDocGetRootElement((void *)(uintptr_t)doc), *at = NULL;
    uint64_t rid = 0;
    while ((at = xml_find(root, at, OMEMO_NS, "key"))) {
        if (xml_attr_number(at, "rid", UINT32_MAX, &rid) &&
            rid == omemo_device_id(omemo_account_device(account)))
            return true;
    }
    return false;
}

TEST(a_login_publishes_a_bundle_and_joins_the_list)
{
    struct fake_pep pep = {.count = 0};
    struct omemo_account *first = pep_add(&pep, "juliet@x/a");
    pep_run(&pep);
    struct omemo_account *second = pep_add(&pep, "juliet@x/b");
    pep_run(&pep);
    char *want = mem_printf("<list xmlns='" OMEMO_NS
                            "'><device id='%u'/><device id='%u'/></list>",
        omemo_device_id(omemo_account_device(first)),
        omemo_device_id(omemo_account_device(second)));
    struct error error;
    xmlDoc *doc = xml_parse(bytes_text(want), &error);
    struct buffer canonical = {0};
    xml_print(xmlDocGetRootElement(doc), &canonical);
    CHECK_TEXT(
        pep_item(&pep, j, OMEMO_DEVICES_NODE)->xml, buffer_text(&canonical));
    CHECK_INT(pep.bundles_put, 2);
    CHECK(omemo_account_idle(first) && omemo_account_idle(second));
    buffer_free(&canonical);
    xmlFreeDoc(doc);
    free(want);
    pep_free(&pep);
}

TEST(a_server_that_refuses_options_gets_none)
{
    struct fake_pep pep = {.refuse_options = true};
    pep_add(&pep, "juliet@x/a");
    pep_run(&pep);
    CHECK(pep_item(&pep, j, OMEMO_DEVICES_NODE) != NULL);
    CHECK_INT(pep.bundles_put, 2);
    pep_free(&pep);
}

TEST(a_device_taken_off_the_list_announces_itself_again)
{
    struct fake_pep pep = {.count = 0};
    struct omemo_account *juliet = pep_add(&pep, "juliet@x/a");
    pep_run(&pep);
    pep_store(&pep, j, OMEMO_DEVICES_NODE,
        "<list xmlns='" OMEMO_NS "'><device id='5'/></list>");
    pep_run(&pep);
    char *want = mem_printf(
        "<device id=\"%u\"/>", omemo_device_id(omemo_account_device(juliet)));
    const char *list = pep_item(&pep, j, OMEMO_DEVICES_NODE)->xml;
    CHECK(strstr(list, want) != NULL && strstr(list, "\"5\"") != NULL);
    free(want);
    pep_free(&pep);
}

TEST(a_key_reaches_every_device_of_the_peer_and_the_other_own_ones)
{
    struct fake_pep pep = {.count = 0};
    struct error error;
    struct omemo_account *romeo = pep_add(&pep, "romeo@x/a");
    pep_run(&pep);
    struct omemo_account *others[3] = {pep_add(&pep, "romeo@x/b"), NULL, NULL};
    pep_run(&pep);
    others[1] = pep_add(&pep, "juliet@x/a");
    pep_run(&pep);
    others[2] = pep_add(&pep, "juliet@x/b");
    pep_run(&pep);
    xmlDoc *doc = wrapped(&pep, romeo, "juliet@x/a");
    CHECK_INT(count_keys(doc), 3);
    for (int i = 0; i < 3; i++)
        CHECK(unwrapped(&pep, others[i], "romeo@x/a", doc, &error));
    xmlFreeDoc(doc);
    omemo_account_own_devices(romeo, false);
    doc = wrapped(&pep, romeo, j);
    CHECK_INT(count_keys(doc), 2);
    xmlFreeDoc(doc);
    pep_free(&pep);
}

struct two {
    struct fake_pep pep;
    struct omemo_account *romeo, *juliet;
    struct error error;
};

static void two_new(struct two *two)
{
    memset(two, 0, sizeof *two);
    two->romeo = pep_add(&two->pep, "romeo@x/a");
    two->juliet = pep_add(&two->pep, "juliet@x/a");
    pep_run(&two->pep);
}

TEST(a_session_is_built_once_and_the_bundle_asked_once)
{
    struct two two;
    two_new(&two);
    for (int i = 0; i < 3; i++) {
        xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
        CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
        xmlFreeDoc(doc);
    }
    /* Romeo asks for Juliet's, and she for his to check that it is his */
    CHECK_INT(two.pep.bundles_asked, 2);
    pep_free(&two.pep);
}

TEST(a_used_pre_key_is_replaced_in_the_bundle)
{
    struct two two;
    two_new(&two);
    CHECK_INT(two.pep.bundles_put, 2);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    pep_run(&two.pep);
    CHECK_INT(two.pep.bundles_put, 3);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(a_peer_without_devices_is_named)
{
    struct two two;
    two_new(&two);
    CHECK_INT(
        prepared(&two.pep, two.romeo, "nurse@x", &two.error), OMEMO_FAILED);
    CHECK_TEXT(two.error.message, "nurse@x has no OMEMO device");
    pep_free(&two.pep);
}

TEST(a_device_without_a_bundle_is_left_out_and_noted)
{
    struct two two;
    two_new(&two);
    char *list = mem_printf("<list xmlns='" OMEMO_NS
                            "'><device id='5'/><device id='%u'/></list>",
        omemo_device_id(omemo_account_device(two.juliet)));
    pep_store(&two.pep, j, OMEMO_DEVICES_NODE, list);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK_INT(count_keys(doc), 1);
    struct buffer notes = {0};
    omemo_account_notes(two.romeo, &notes);
    CHECK(strstr(buffer_text(&notes), "the bundle of juliet@x/5") != NULL);
    buffer_free(&notes);
    free(list);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(a_broken_list_and_a_broken_bundle_are_noted_and_no_crash)
{
    struct two two;
    two_new(&two);
    pep_store(&two.pep, j, OMEMO_DEVICES_NODE,
        "<list xmlns='" OMEMO_NS "'><device id='x'/></list>");
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_READY);
    pep_store(&two.pep, "nurse@x", OMEMO_DEVICES_NODE,
        "<list xmlns='" OMEMO_NS "'><device id='7'/></list>");
    pep_store(&two.pep, "nurse@x", OMEMO_BUNDLES_NODE "7",
        "<bundle xmlns='" OMEMO_NS "'/>");
    CHECK_INT(
        prepared(&two.pep, two.romeo, "nurse@x", &two.error), OMEMO_FAILED);
    CHECK_TEXT(two.error.message,
        "no session with any OMEMO device of nurse@x can be built");
    struct buffer notes = {0};
    omemo_account_notes(two.romeo, &notes);
    CHECK(strstr(buffer_text(&notes),
        "the bundle of nurse@x/7: <bundle/> has no <signedPreKeyPublic/>"));
    buffer_free(&notes);
    pep_free(&two.pep);
}

TEST(a_distrusted_device_gets_no_key)
{
    struct two two;
    two_new(&two);
    struct omemo_account *other = pep_add(&two.pep, "juliet@x/b");
    pep_run(&two.pep);
    uint32_t id = omemo_device_id(omemo_account_device(other));
    omemo_account_trust(two.romeo, j, id, OMEMO_DISTRUSTED);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(!has_key_for(doc, other) && has_key_for(doc, two.juliet));
    xmlFreeDoc(doc);
    omemo_account_trust(two.romeo, j, 0, OMEMO_DISTRUSTED);
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_FAILED);
    CHECK_TEXT(
        two.error.message, "juliet@x has no OMEMO device that is trusted");
    pep_free(&two.pep);
}

TEST(nothing_of_a_distrusted_device_is_read)
{
    struct two two;
    two_new(&two);
    uint32_t id = omemo_device_id(omemo_account_device(two.romeo));
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    omemo_account_trust(two.juliet, r, 0, OMEMO_DISTRUSTED);
    CHECK(!unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    CHECK(strstr(two.error.message, "is distrusted") != NULL);
    omemo_account_trust(two.juliet, r, 0, OMEMO_BLIND);
    omemo_account_trust(two.juliet, r, id, OMEMO_DISTRUSTED);
    CHECK(!unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    CHECK(strstr(two.error.message, "is distrusted") != NULL);
    omemo_account_trust(two.juliet, r, id, OMEMO_VERIFIED);
    omemo_account_trust(two.juliet, r, 0, OMEMO_DISTRUSTED);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(what_comes_from_the_undecided_is_read_though_nothing_goes_to_them)
{
    struct two two;
    two_new(&two);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    omemo_account_trust_by_default(two.juliet, OMEMO_DISTRUSTED);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    CHECK_INT(prepared(&two.pep, two.juliet, r, &two.error), OMEMO_FAILED);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(once_a_device_is_verified_only_verified_ones_get_keys)
{
    struct two two;
    two_new(&two);
    struct omemo_account *other = pep_add(&two.pep, "juliet@x/b");
    pep_run(&two.pep);
    uint32_t id = omemo_device_id(omemo_account_device(other));
    omemo_account_trust(two.romeo, j, id, OMEMO_VERIFIED);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(has_key_for(doc, other) && !has_key_for(doc, two.juliet));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

/* Tells Romeo, as that JID, that device 5 is Juliet's only one. */
static void announce_5(struct two *two, const char *from)
{
    char *event =
        mem_printf("<message from='%s'><event "
                   "xmlns='http://jabber.org/protocol/pubsub#event'><items "
                   "node='" OMEMO_DEVICES_NODE
                   "'><item id='current'><list xmlns='" OMEMO_NS
                   "'><device id='5'/></list></item></items></event></message>",
            from);
    pep_deliver(&two->pep.clients[0], event);
    free(event);
}

TEST(a_verified_device_taken_off_the_list_brings_no_blind_trust_back)
{
    struct two two;
    two_new(&two);
    omemo_account_trust(two.romeo, j,
        omemo_device_id(omemo_account_device(two.juliet)), OMEMO_VERIFIED);
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_READY);
    announce_5(&two, "juliet@x");
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_FAILED);
    CHECK_TEXT(
        two.error.message, "juliet@x has no OMEMO device that is trusted");
    pep_free(&two.pep);
}

TEST(a_list_that_a_client_sends_is_no_event)
{
    struct two two;
    two_new(&two);
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_READY);
    announce_5(&two, "juliet@x/evil");
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(has_key_for(doc, two.juliet));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(a_list_that_is_good_in_part_counts_for_nothing)
{
    struct two two;
    two_new(&two);
    pep_store(&two.pep, "nurse@x", OMEMO_DEVICES_NODE,
        "<list xmlns='" OMEMO_NS "'><device id='7'/><device id='x'/></list>");
    CHECK_INT(
        prepared(&two.pep, two.romeo, "nurse@x", &two.error), OMEMO_FAILED);
    CHECK_TEXT(two.error.message, "nurse@x has no OMEMO device");
    pep_free(&two.pep);
}

TEST(an_envelope_passed_on_by_another_is_refused)
{
    struct two two;
    two_new(&two);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(!unwrapped(&two.pep, two.juliet, "mallory@x", doc, &two.error));
    CHECK(strstr(two.error.message, "is none of mallory@x") != NULL);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(a_copied_identity_does_not_make_the_envelope_ones_own)
{
    struct two two;
    two_new(&two);
    uint32_t id = omemo_device_id(omemo_account_device(two.romeo));
    xmlDoc *first = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, r, first, &two.error));
    char *node = mem_printf(OMEMO_BUNDLES_NODE "%u", id);
    char *copied = mem_strdup(pep_item(&two.pep, r, node)->xml);
    pep_store(&two.pep, "mallory@x", node, copied);
    xmlDoc *second = wrapped(&two.pep, two.romeo, j);
    CHECK(!unwrapped(&two.pep, two.juliet, "mallory@x", second, &two.error));
    CHECK(strstr(two.error.message, "it is not the sender's own") != NULL);
    free(node);
    free(copied);
    xmlFreeDoc(first);
    xmlFreeDoc(second);
    pep_free(&two.pep);
}

TEST(a_replayed_envelope_is_refused)
{
    struct two two;
    two_new(&two);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    CHECK(!unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    CHECK(strstr(two.error.message, "it is a replay") != NULL);
    CHECK_INT(two.pep.messages, 0);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(an_envelope_without_our_device_is_refused)
{
    struct two two;
    two_new(&two);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(!unwrapped(&two.pep, two.romeo, j, doc, &two.error));
    CHECK_TEXT(two.error.message, "the envelope has no key for this device");
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

/* One key each way, so that no pre-key message remains. */
static void settle(struct two *two)
{
    xmlDoc *doc = wrapped(&two->pep, two->romeo, j);
    CHECK(unwrapped(&two->pep, two->juliet, r, doc, &two->error));
    xmlFreeDoc(doc);
    doc = wrapped(&two->pep, two->juliet, r);
    CHECK(unwrapped(&two->pep, two->romeo, j, doc, &two->error));
    xmlFreeDoc(doc);
}

TEST(lost_and_corrupt_sessions_heal)
{
    for (int way = 0; way < 3; way++) {
        struct two two;
        two_new(&two);
        settle(&two);
        struct omemo_device *juliet = omemo_account_device(two.juliet);
        uint32_t id = omemo_device_id(omemo_account_device(two.romeo));
        CHECK(way == 0 ? omemo_device_forget_session(juliet, r, id)
                       : omemo_device_corrupt_session(juliet, r, id, way == 2));
        xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
        CHECK(!unwrapped(&two.pep, two.juliet, r, doc, &two.error));
        xmlFreeDoc(doc);
        pep_run(&two.pep);
        CHECK_INT(two.pep.messages, 1);
        doc = wrapped(&two.pep, two.romeo, j);
        if (!unwrapped(&two.pep, two.juliet, r, doc, &two.error))
            test_fail(__FILE__, __LINE__, "way %d: %s", way, two.error.message);
        xmlFreeDoc(doc);
        pep_free(&two.pep);
    }
}

TEST(an_answer_from_whom_was_not_asked_is_none)
{
    struct two two;
    two_new(&two);
    CHECK_INT(omemo_account_prepare(two.romeo, j, &two.error), OMEMO_WAITING);
    char *id = mem_printf(
        "omemo-%u-", omemo_device_id(omemo_account_device(two.romeo)));
    const char *asked = strstr(two.pep.queue.items[0].xml, id);
    CHECK(asked != NULL);
    char *forged = mem_printf("<iq type='error' from='mallory@x' id='%.*s'/>",
        (int)strcspn(asked, "'"), asked);
    pep_deliver(&two.pep.clients[0], forged);
    CHECK_INT(omemo_account_prepare(two.romeo, j, &two.error), OMEMO_WAITING);
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_READY);
    free(id);
    free(forged);
    pep_free(&two.pep);
}

/* --- every seeded fault shows --- */

TEST(fault_keys_for_distrusted_devices)
{
    struct two two;
    two_new(&two);
    struct omemo_account *other = pep_add(&two.pep, "juliet@x/b");
    pep_run(&two.pep);
    omemo_account_trust(two.romeo, j,
        omemo_device_id(omemo_account_device(other)), OMEMO_DISTRUSTED);
    omemo_account_set_fault(two.romeo, OMEMO_FAULT_BLIND_TRUST);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(has_key_for(doc, other));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(fault_keys_of_distrusted_devices)
{
    struct two two;
    two_new(&two);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    omemo_account_trust(two.juliet, r, 0, OMEMO_DISTRUSTED);
    omemo_account_set_fault(two.juliet, OMEMO_FAULT_DISTRUSTED_READ);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(fault_one_device_only)
{
    struct two two;
    two_new(&two);
    pep_add(&two.pep, "juliet@x/b");
    pep_run(&two.pep);
    omemo_account_set_fault(two.romeo, OMEMO_FAULT_ONE_DEVICE);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK_INT(count_keys(doc), 1);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(fault_replay_taken)
{
    struct two two;
    two_new(&two);
    omemo_account_set_fault(two.juliet, OMEMO_FAULT_REPLAY_TAKEN);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(fault_sender_unchecked)
{
    struct two two;
    two_new(&two);
    omemo_account_set_fault(two.juliet, OMEMO_FAULT_SENDER_UNCHECKED);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, "mallory@x", doc, &two.error));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(fault_bundle_kept)
{
    struct two two;
    two_new(&two);
    omemo_account_set_fault(two.juliet, OMEMO_FAULT_BUNDLE_KEPT);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    pep_run(&two.pep);
    CHECK_INT(two.pep.bundles_put, 2);
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}

TEST(a_fault_is_found_by_its_name)
{
    CHECK_INT(omemo_fault_find("prekey-kept"), OMEMO_FAULT_REPLAY_TAKEN);
    CHECK_INT(omemo_fault_find("hash-ignored"), OMEMO_FAULT_NONE);
}

TEST(nothing_is_encrypted_to_the_undecided_when_told_so)
{
    struct two two;
    two_new(&two);
    omemo_account_trust_by_default(two.romeo, OMEMO_DISTRUSTED);
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_FAILED);
    omemo_account_trust(two.romeo, j,
        omemo_device_id(omemo_account_device(two.juliet)), OMEMO_VERIFIED);
    CHECK_INT(prepared(&two.pep, two.romeo, j, &two.error), OMEMO_READY);
    pep_free(&two.pep);
}

TEST(fault_old_session_kept)
{
    struct two two;
    two_new(&two);
    settle(&two);
    CHECK(omemo_device_forget_session(omemo_account_device(two.romeo), j,
        omemo_device_id(omemo_account_device(two.juliet))));
    omemo_account_set_fault(two.juliet, OMEMO_FAULT_OLD_SESSION_KEPT);
    xmlDoc *doc = wrapped(&two.pep, two.romeo, j);
    CHECK(!unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    xmlFreeDoc(doc);
    omemo_account_set_fault(two.juliet, OMEMO_FAULT_NONE);
    doc = wrapped(&two.pep, two.romeo, j);
    CHECK(unwrapped(&two.pep, two.juliet, r, doc, &two.error));
    xmlFreeDoc(doc);
    pep_free(&two.pep);
}
