#include "base/test.h"
#include "jingle/fake_world.h"
#include "jingle/variant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char poem[] = "/home/romeo/poem.txt";

/* A transfer between two clients with those settings; reachable or not. */
static bool arrives(
    const char *romeo_settings, const char *juliet_settings, bool reachable)
{
    struct world *world = world_new(true);
    world->no_direct = !reachable;
    world->no_proxy = !reachable;
    struct world_client *romeo =
        world_client(world, "romeo@world.test/a", romeo_settings, FAULT_NONE);
    struct world_client *juliet =
        world_client(world, "juliet@world.test/b", juliet_settings, FAULT_NONE);
    const char *paths[] = {poem};
    world_put(romeo, poem, 9000);
    client_accept(juliet->core, NULL);
    struct client_send send = {
        .peer = juliet->jid, .paths = paths, .path_count = 1};
    client_send_files(romeo->core, &send, NULL);
    world_run(world, 60000);
    bool good = world_same(juliet, romeo, poem) &&
                !client_session_count(romeo->core) &&
                !client_session_count(juliet->core) &&
                !strcmp(world_find(romeo, CLIENT_ENDED)->reason, "success");
    world_free(world);
    return good;
}

TEST(every_variant_can_be_applied)
{
    for (unsigned i = 0; i < variant_count; i++) {
        struct client_policy policy = policy_default();
        struct error error = {{0}};
        variant_apply(&variants[i], &policy, &error);
        CHECK_TEXT(error.message, "");
        CHECK(variant_find(variants[i].name) == &variants[i]);
    }
    CHECK(!variant_find("nonesuch"));
}

TEST(every_variant_sends_to_the_usual_client)
{
    for (unsigned i = 0; i < variant_count; i++) {
        if (!arrives(variants[i].settings, NULL, true)) {
            test_fail(__FILE__, __LINE__, "%s", variants[i].name);
        }
    }
}

TEST(every_variant_receives_from_the_usual_client)
{
    for (unsigned i = 0; i < variant_count; i++) {
        if (!arrives(NULL, variants[i].settings, true)) {
            test_fail(__FILE__, __LINE__, "%s", variants[i].name);
        }
    }
}

TEST(every_variant_talks_to_every_other)
{
    for (unsigned i = 0; i < variant_count; i++) {
        for (unsigned k = 0; k < variant_count; k++) {
            if (!arrives(variants[i].settings, variants[k].settings, true)) {
                test_fail(__FILE__, __LINE__, "%s to %s", variants[i].name,
                    variants[k].name);
            }
        }
    }
}

TEST(every_variant_that_falls_back_does_so_in_both_roles)
{
    for (unsigned i = 0; i < variant_count; i++) {
        if (!strcmp(variants[i].name, "no-fallback")) {
            continue;
        }
        if (!arrives(variants[i].settings, NULL, false) ||
            !arrives(NULL, variants[i].settings, false)) {
            test_fail(__FILE__, __LINE__, "%s", variants[i].name);
        }
    }
}
