#include "server/ports.h"

#include "base/vec.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef VEC(unsigned long) inode_list;

/* The inodes of the process's sockets. */
static void list_sockets(pid_t pid, inode_list *inodes)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        char link[64];
        ssize_t len =
            readlinkat(dirfd(dir), entry->d_name, link, sizeof link - 1);
        if (len <= 0)
            continue;
        link[len] = 0;
        unsigned long inode;
        if (sscanf(link, "socket:[%lu]", &inode) == 1)
            vec_push(inodes, inode);
    }
    closedir(dir);
}

static bool holds(const inode_list *inodes, unsigned long inode)
{
    for (size_t i = 0; i < inodes->count; i++) {
        if (inodes->items[i] == inode)
            return true;
    }
    return false;
}

static size_t listening_in(
    const char *table, const inode_list *inodes, uint16_t *ports, size_t limit)
{
    static const unsigned listening = 0x0a;
    size_t count = 0;
    char line[512];
    FILE *file = fopen(table, "re");
    while (file != NULL && count < limit && fgets(line, sizeof line, file)) {
        unsigned port, state;
        unsigned long inode;
        if (sscanf(line,
                " %*d: %*x:%x %*x:%*x %x %*x:%*x %*x:%*x %*x %*u "
                "%*u %lu",
                &port, &state, &inode) == 3 &&
            state == listening && holds(inodes, inode))
            ports[count++] = (uint16_t)port;
    }
    if (file != NULL)
        fclose(file);
    return count;
}

size_t ports_of(pid_t pid, uint16_t *ports, size_t limit)
{
    static const char *const tables[] = {"tcp", "tcp6"};
    inode_list inodes = {0};
    size_t count = 0;
    char path[64];
    list_sockets(pid, &inodes);
    for (size_t i = 0; i < 2 && inodes.count > 0; i++) {
        snprintf(path, sizeof path, "/proc/%ld/net/%s", (long)pid, tables[i]);
        count += listening_in(path, &inodes, ports + count, limit - count);
    }
    vec_free(&inodes);
    return count;
}

int port_reserve(uint16_t *port, struct error *error)
{
    struct sockaddr_in name = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, (struct sockaddr *)&name, sizeof name) == 0 &&
        getsockname(fd, (struct sockaddr *)&name, &len) == 0) {
        *port = ntohs(name.sin_port);
        return fd;
    }
    error_set(error, "no free port on 127.0.0.1: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}
