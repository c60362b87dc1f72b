#include "jingle/fake_world.h"

#include <string.h>

/* Stanzas into a client that has a session running in each role. "ROMEO" etc.
 * is up to the fuzzer; the seeds in the dictionary below help. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct world *world = world_new(false);
    struct world_client *romeo = world_client(
        world, "romeo@world.test/a", "auto-accept: yes\n", FAULT_NONE);
    struct world_client *juliet = world_client(
        world, "juliet@world.test/b", "auto-accept: yes\n", FAULT_NONE);
    juliet->discard = true;
    const char *paths[] = {"/poem"};
    world_put(romeo, paths[0], 5000);
    world->no_direct = len && (data[0] & 1);
    struct client_send send = {
        .peer = juliet->jid, .paths = paths, .path_count = 1};
    client_send_files(romeo->core, &send, NULL);
    if (len) {
        client_stanza_text(juliet->core, (const char *)data + 1, len - 1, NULL);
    }
    world_run(world, world->now_ms + 400000);
    world_free(world);
    return 0;
}
