#include "base/test.h"
#include "jingle/socks5.h"

#include <string.h>

static const char address[] = "972b7bf47291ca609517f67f86b5081086052dad";

/* Hands over bytes one at a time until the machine takes no more. */
static size_t trickle(struct socks5 *socks, const uint8_t *data, size_t len)
{
    size_t used = 0;
    while (used < len && socks5_take(socks, data + used, 1) == 1) {
        used++;
    }
    return used;
}

/* What one has to say goes to the other, byte by byte. */
static void pass(struct socks5 *from, struct socks5 *to)
{
    uint8_t copy[SOCKS5_MESSAGE_MAX];
    size_t len = from->out_len;
    memcpy(copy, from->out, len);
    from->out_len = 0;
    trickle(to, copy, len);
}

TEST(client_and_server_shake_hands_byte_by_byte)
{
    struct socks5 client, server;
    socks5_client(&client, address, 0);
    client.check_bound = true;
    socks5_server(&server);
    pass(&client, &server);
    pass(&server, &client);
    pass(&client, &server);
    CHECK_INT(server.state, SOCKS5_DECIDE);
    CHECK_TEXT(server.address, address);
    CHECK_INT(server.port, 0);
    socks5_answer(&server, SOCKS5_SUCCEEDED);
    pass(&server, &client);
    CHECK_INT(client.state, SOCKS5_OPEN);
    CHECK_INT(server.state, SOCKS5_OPEN);
}

TEST(bytes_behind_the_reply_belong_to_the_stream)
{
    struct socks5 client;
    socks5_client(&client, "a", 0);
    client.out_len = 0;
    CHECK_INT(socks5_take(&client, "\5\0", 2), 2);
    client.out_len = 0;
    CHECK_INT(socks5_take(&client, "\5\0\0\3\1a\0\0DATA", 12), 8);
    CHECK_INT(client.state, SOCKS5_OPEN);
}

TEST(a_server_stops_to_ask_before_it_answers)
{
    struct socks5 server;
    socks5_server(&server);
    CHECK_INT(socks5_take(&server, "\5\1\0\5\1\0\3\1a\0\0X", 12), 11);
    CHECK_INT(server.state, SOCKS5_DECIDE);
    CHECK_INT(socks5_take(&server, "X", 1), 0);
}

TEST(a_refusal_is_sent_with_its_code)
{
    struct socks5 server;
    socks5_server(&server);
    socks5_take(&server, "\5\1\0\5\1\0\3\1a\0\0", 11);
    server.out_len = 0;
    socks5_answer(&server, SOCKS5_NOT_ALLOWED);
    CHECK_INT(server.state, SOCKS5_FAILED);
    CHECK_BYTES(server.out, server.out_len, "\5\2\0\3\1a\0\0", 8);
}

TEST(a_client_learns_every_code_of_refusal)
{
    for (uint8_t code = 1; code <= 8; code++) {
        struct socks5 client;
        socks5_client(&client, "a", 0);
        client.out_len = 0;
        socks5_take(&client, "\5\0", 2);
        uint8_t reply[] = {5, code, 0, 1, 0, 0, 0, 0, 0, 0};
        CHECK_INT(trickle(&client, reply, sizeof reply), sizeof reply);
        CHECK_INT(client.state, SOCKS5_FAILED);
        CHECK_INT(client.fault, SOCKS5_REFUSED);
        CHECK_INT(client.reply, code);
    }
}

TEST(addresses_of_every_type_are_read_in_replies)
{
    static const uint8_t ipv6[22] = {5, 0, 0, 4};
    struct socks5 client;
    socks5_client(&client, "a", 0);
    client.out_len = 0;
    socks5_take(&client, "\5\0", 2);
    CHECK_INT(trickle(&client, ipv6, sizeof ipv6), sizeof ipv6);
    CHECK_INT(client.state, SOCKS5_OPEN);
}

TEST(another_bound_address_is_noticed_when_asked_for)
{
    struct socks5 client;
    socks5_client(&client, "a", 0);
    client.check_bound = true;
    client.out_len = 0;
    socks5_take(&client, "\5\0", 2);
    socks5_take(&client, "\5\0\0\3\1b\0\0", 8);
    CHECK_INT(client.fault, SOCKS5_WRONG_BOUND);
}

TEST(a_client_without_the_open_method_is_refused)
{
    struct socks5 server;
    socks5_server(&server);
    socks5_take(&server, "\5\1\2", 3);
    CHECK_INT(server.fault, SOCKS5_NO_METHOD);
    CHECK_BYTES(server.out, server.out_len, "\5\xff", 2);
}

TEST(a_server_that_chose_another_method_is_left)
{
    static const uint8_t chosen[][2] = {{5, 1}, {5, 2}, {5, 0xff}};
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++) {
        struct socks5 client;
        socks5_client(&client, "a", 0);
        client.out_len = 0;
        socks5_take(&client, chosen[i], 2);
        CHECK_INT(client.state, SOCKS5_FAILED);
        CHECK_INT(client.fault, SOCKS5_WRONG_METHOD);
        CHECK_INT(client.out_len, 0);
    }
}

TEST(other_versions_are_refused_at_the_first_byte)
{
    struct socks5 server, client;
    socks5_server(&server);
    socks5_take(&server, "\4", 1);
    CHECK_INT(server.fault, SOCKS5_BAD_VERSION);
    socks5_client(&client, "a", 0);
    client.out_len = 0;
    socks5_take(&client, "HTTP/1.1", 8);
    CHECK_INT(client.fault, SOCKS5_BAD_VERSION);
}

TEST(only_connect_is_served)
{
    struct socks5 server;
    socks5_server(&server);
    socks5_take(&server, "\5\1\0\5\2\0\3\1a\0\0", 11);
    CHECK_INT(server.fault, SOCKS5_BAD_COMMAND);
    CHECK_INT(server.out[3], SOCKS5_COMMAND_NOT_SUPPORTED);
}

TEST(only_names_are_served)
{
    struct socks5 server;
    socks5_server(&server);
    socks5_take(&server, "\5\1\0\5\1\0\1\1\2\3\4\0\0", 13);
    CHECK_INT(server.fault, SOCKS5_BAD_ADDRESS);
    CHECK_INT(server.out[3], SOCKS5_ADDRESS_NOT_SUPPORTED);
}

TEST(the_longest_name_fits)
{
    uint8_t request[4 + 1 + 255 + 2] = {5, 1, 0, 3, 255};
    memset(request + 5, 'x', 255);
    struct socks5 server;
    socks5_server(&server);
    socks5_take(&server, "\5\1\0", 3);
    server.out_len = 0;
    CHECK_INT(trickle(&server, request, sizeof request), sizeof request);
    CHECK_INT(server.state, SOCKS5_DECIDE);
    CHECK_INT(server.address_len, 255);
    socks5_answer(&server, SOCKS5_SUCCEEDED);
    CHECK_INT(server.out_len, sizeof request);
}
