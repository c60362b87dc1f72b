#include "stage/capture.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/test.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 8192 };

struct fixture {
    struct loop *loop;
    struct capture *capture;
    uint8_t content[SIZE];
};

static void set_up(struct fixture *fixture)
{
    struct error error = {{0}};
    struct random random = {7};
    fixture->loop = loop_new();
    fixture->capture = capture_open(fixture->loop, &error);
    if (fixture->capture == NULL) {
        loop_free(fixture->loop);
        test_skip("%s", error.message);
    }
    random_fill(&random, fixture->content, SIZE);
    capture_look_for(fixture->capture, bytes_of(fixture->content, SIZE));
}

static void tear_down(struct fixture *fixture)
{
    capture_close(fixture->capture);
    loop_free(fixture->loop);
}

/* Sends it through a connection on loopback and waits until it was seen. */
static struct capture_finding send_over_tcp(
    struct fixture *fixture, const uint8_t *data)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int out = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(bind(listener, (struct sockaddr *)&at, len), 0);
    CHECK_INT(listen(listener, 1), 0);
    CHECK_INT(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    CHECK_INT(connect(out, (struct sockaddr *)&at, len), 0);
    int in = accept(listener, NULL, NULL);
    uint8_t sink[SIZE];
    CHECK_INT(send(out, data, SIZE, 0), SIZE);
    CHECK_INT(recv(in, sink, SIZE, MSG_WAITALL), SIZE);
    int64_t deadline_ms = clock_ms() + 5000;
    while (capture_finding(fixture->capture).bytes < SIZE &&
           clock_ms() < deadline_ms)
        loop_turn(fixture->loop, deadline_ms);
    close(in);
    close(out);
    close(listener);
    return capture_finding(fixture->capture);
}

TEST(plain_file_is_seen_in_a_stream)
{
    struct fixture fixture;
    set_up(&fixture);
    struct capture_finding seen = send_over_tcp(&fixture, fixture.content);
    CHECK_INT(seen.found, seen.samples);
    CHECK(strstr(seen.stream, "127.0.0.1:") != NULL);
    tear_down(&fixture);
}

TEST(other_bytes_are_not_taken_for_the_file)
{
    struct fixture fixture;
    set_up(&fixture);
    uint8_t other[SIZE];
    struct random random = {8};
    random_fill(&random, other, SIZE);
    struct capture_finding seen = send_over_tcp(&fixture, other);
    CHECK(seen.bytes >= SIZE);
    CHECK_INT(seen.found, 0);
    tear_down(&fixture);
}

TEST(block_that_came_another_way_counts_too)
{
    struct fixture fixture;
    set_up(&fixture);
    capture_feed(fixture.capture, bytes_of(fixture.content, SIZE), "in-band");
    struct capture_finding seen = capture_finding(fixture.capture);
    CHECK_INT(seen.found, seen.samples);
    CHECK_TEXT(seen.stream, "in-band");
    tear_down(&fixture);
}
