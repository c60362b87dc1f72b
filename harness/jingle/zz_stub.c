#include "jingle/client.h"
#pragma GCC diagnostic ignored "-Wunused-parameter"
__attribute__((weak)) struct client *client_new(const struct client_config *c, const struct client_host *h, void *o){return (struct client*)1;}
__attribute__((weak)) void client_free(struct client *c){}
__attribute__((weak)) void client_login_done(struct client *c, const char *j){}
__attribute__((weak)) void client_stream_lost(struct client *c){}
__attribute__((weak)) void client_stanza(struct client *c, xmlNodePtr s){}
__attribute__((weak)) void client_accepted(struct client *c, int l, int k){}
__attribute__((weak)) void client_connection_event(struct client *c, int k, enum client_connection_event e, const void *d, size_t l){}
__attribute__((weak)) void client_tick(struct client *c, int64_t n){}
__attribute__((weak)) int64_t client_next_deadline(const struct client *c){return INT64_MAX;}
__attribute__((weak)) bool client_idle(const struct client *c){return true;}
__attribute__((weak)) bool client_send_files(struct client *c, const struct client_send *s, struct error *e){return true;}
__attribute__((weak)) bool client_request_file(struct client *c, const struct client_request *s, struct error *e){return true;}
__attribute__((weak)) void client_share_file(struct client *c, const char *p){}
__attribute__((weak)) bool client_accept(struct client *c, struct error *e){return true;}
__attribute__((weak)) bool client_accept_range(struct client *c, uint64_t o, uint64_t l, struct error *e){return true;}
__attribute__((weak)) bool client_decline(struct client *c, struct error *e){return true;}
__attribute__((weak)) bool client_cancel(struct client *c, struct error *e){return true;}
__attribute__((weak)) bool client_remove_file(struct client *c, const char *n, struct error *e){return true;}
__attribute__((weak)) bool client_add_file(struct client *c, const char *n, struct error *e){return true;}
__attribute__((weak)) bool client_replace_transport(struct client *c, const char *n, struct error *e){return true;}
__attribute__((weak)) bool client_ping_session(struct client *c, struct error *e){return true;}
__attribute__((weak)) bool client_set_policy(struct client *c, const char *k, const char *v, struct error *e){return true;}
