#include "stage/capture.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLES_MAX = 64,
    SAMPLE_BYTES = 16,
    SNAP_BYTES = 262144,
    KERNEL_BYTES = 64 << 20,
    ETHERNET_BYTES = 14,
    IPV4_TYPE = 0x0800,
    IPV6_TYPE = 0x86dd,
    TCP_PROTOCOL = 6
};

struct capture {
    pcap_t *pcap;
    struct loop_watch *watch;
    uint8_t samples[SAMPLES_MAX][SAMPLE_BYTES];
    bool seen[SAMPLES_MAX];
    struct capture_finding finding;
    unsigned lost_before;
};

static void search(
    struct capture *capture, const uint8_t *data, size_t len, const char *from)
{
    for (unsigned i = 0; i < capture->finding.samples; i++) {
        if (capture->seen[i] ||
            memmem(data, len, capture->samples[i], SAMPLE_BYTES) == NULL)
            continue;
        capture->seen[i] = true;
        if (capture->finding.found++ == 0)
            snprintf(capture->finding.stream, sizeof capture->finding.stream,
                "%s", from);
    }
}

void capture_feed(struct capture *capture, struct bytes data, const char *from)
{
    search(capture, data.data, data.len, from);
}

static unsigned big16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* Where the TCP header begins and the packet ends; NULL: no TCP. */
static const uint8_t *find_tcp(const uint8_t *packet, size_t size, int *family,
    const uint8_t **addresses, size_t *len)
{
    if (size < ETHERNET_BYTES + 40)
        return NULL;
    const uint8_t *ip = packet + ETHERNET_BYTES;
    size_t room = size - ETHERNET_BYTES, header = 40;
    unsigned type = big16(packet + 12);
    *family = type == IPV6_TYPE ? AF_INET6 : AF_INET;
    *addresses = ip + (type == IPV6_TYPE ? 8 : 12);
    if (type == IPV4_TYPE) {
        header = (size_t)(ip[0] & 15) * 4;
        /* With segmentation offload the total length is 0. */
        size_t total = big16(ip + 2);
        room = total >= header && total <= room ? total : room;
        if (ip[9] != TCP_PROTOCOL)
            return NULL;
    } else if (type != IPV6_TYPE || ip[6] != TCP_PROTOCOL) {
        return NULL;
    }
    if (header < 20 || room < header + 20)
        return NULL;
    *len = room - header;
    return ip + header;
}

static void on_packet(
    u_char *owner, const struct pcap_pkthdr *about, const u_char *packet)
{
    struct capture *capture = (struct capture *)(void *)owner;
    int family;
    const uint8_t *addresses;
    size_t len;
    const uint8_t *tcp =
        find_tcp(packet, about->caplen, &family, &addresses, &len);
    size_t header = tcp == NULL ? 0 : (size_t)(tcp[12] >> 4) * 4;
    if (tcp == NULL || header < 20 || len <= header)
        return;
    char from[INET6_ADDRSTRLEN] = "", to[INET6_ADDRSTRLEN] = "", stream[128];
    inet_ntop(family, addresses, from, sizeof from);
    inet_ntop(family, addresses + (family == AF_INET ? 4 : 16), to, sizeof to);
    snprintf(stream, sizeof stream, "%s:%u > %s:%u", from, big16(tcp), to,
        big16(tcp + 2));
    capture->finding.packets++;
    capture->finding.bytes += len - header;
    search(capture, tcp + header, len - header, stream);
}

void capture_drain(struct capture *capture)
{
    while (pcap_dispatch(
               capture->pcap, -1, on_packet, (u_char *)(void *)capture) > 0)
        continue;
}

static void on_readable(void *owner, short revents)
{
    (void)revents;
    capture_drain(owner);
}

struct capture *capture_open(struct loop *loop, struct error *error)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create("lo", text);
    if (pcap == NULL) {
        error_set(error, "cannot capture on lo: %s", text);
        return NULL;
    }
    pcap_set_snaplen(pcap, SNAP_BYTES);
    pcap_set_immediate_mode(pcap, 1);
    pcap_set_buffer_size(pcap, KERNEL_BYTES);
    if (pcap_activate(pcap) < 0 || pcap_setnonblock(pcap, 1, text) != 0 ||
        pcap_datalink(pcap) != DLT_EN10MB) {
        error_set(error, "cannot capture on lo (root, or CAP_NET_RAW, may): %s",
            pcap_geterr(pcap));
        pcap_close(pcap);
        return NULL;
    }
    /* Each packet of loopback is seen twice; once is enough. */
    pcap_setdirection(pcap, PCAP_D_IN);
    struct capture *capture = mem_alloc(sizeof *capture);
    capture->pcap = pcap;
    capture->watch = loop_watch_fd(
        loop, pcap_get_selectable_fd(pcap), POLLIN, on_readable, capture);
    return capture;
}

void capture_close(struct capture *capture)
{
    if (capture == NULL)
        return;
    loop_unwatch(capture->watch);
    pcap_close(capture->pcap);
    free(capture);
}

void capture_look_for(struct capture *capture, struct bytes content)
{
    struct pcap_stat stat = {0};
    pcap_stats(capture->pcap, &stat);
    capture->lost_before = stat.ps_drop;
    capture->finding = (struct capture_finding){0};
    memset(capture->seen, 0, sizeof capture->seen);
    size_t count = content.len / 64;
    count = count > SAMPLES_MAX ? SAMPLES_MAX : count;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *from = content.data + content.len / count * i;
        memcpy(capture->samples[i], from, SAMPLE_BYTES);
    }
    capture->finding.samples = (unsigned)count;
}

struct capture_finding capture_finding(const struct capture *capture)
{
    struct capture_finding finding = capture->finding;
    struct pcap_stat stat = {0};
    if (pcap_stats(capture->pcap, &stat) == 0)
        finding.lost = stat.ps_drop - capture->lost_before;
    return finding;
}
