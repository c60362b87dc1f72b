#include "base/test.h"
#include "jingle/fault.h"
#include "jingle/policy.h"

#include <string.h>

TEST(every_default_is_a_value_of_its_row)
{
    for (unsigned i = 0; i < policy_row_count; i++) {
        struct client_policy policy = policy_default();
        struct error error = {{0}};
        policy_set(
            &policy, policy_rows[i].key, policy_rows[i].standard, &error);
        CHECK_TEXT(error.message, "");
    }
}

TEST(values_are_set_by_name)
{
    struct client_policy policy = policy_default();
    struct error error;
    CHECK(policy_set(&policy, "block-size", "64", &error));
    CHECK_INT(policy.block_size, 64);
    CHECK(policy_set(&policy, "candidate-timeout", "2s", &error));
    CHECK_INT(policy.candidate_timeout_ms, 2000);
    CHECK(policy_set(&policy, "io-size", "1 MiB", &error));
    CHECK_INT(policy.io_size, 1048576);
    CHECK(policy_set(&policy, "auto-accept", "yes", &error));
    CHECK(policy.auto_accept);
    CHECK(policy_set(&policy, "transports", "ibb, s5b", &error));
    CHECK_INT(policy.transports.count, 2);
    CHECK_INT(policy.transports.items[0], TRANSPORT_IBB);
    CHECK(policy_set(&policy, "candidates", "none", &error));
    CHECK_INT(policy.candidates.count, 0);
}

TEST(bad_values_are_refused_and_named)
{
    static const char *const bad[][2] = {{"block-size", "65536"},
        {"block-size", "0"}, {"block-size", "-1"}, {"block-size", "4096x"},
        {"candidate-timeout", "soon"}, {"auto-accept", "maybe"},
        {"ibb-stanza", "presence"}, {"transports", "s5b, s5b"},
        {"transports", "ice"}, {"block-size", "99999999999999999999"},
        {"io-size", "99999999999 GiB"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct client_policy policy = policy_default();
        struct error error = {{0}};
        CHECK(!policy_set(&policy, bad[i][0], bad[i][1], &error));
        CHECK(strstr(error.message, bad[i][0]));
        CHECK(strstr(error.message, bad[i][1]));
    }
}

TEST(unknown_settings_are_refused)
{
    struct client_policy policy = policy_default();
    struct error error;
    CHECK(!policy_set(&policy, "colour", "red", &error));
    CHECK(strstr(error.message, "colour"));
}

TEST(faults_are_found_by_name_and_have_distinct_names)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        CHECK_INT(fault_find(fault_rows[i].name), i);
        CHECK(*fault_rows[i].breaks);
    }
    CHECK_INT(fault_find("nonesuch"), FAULT_COUNT);
}
