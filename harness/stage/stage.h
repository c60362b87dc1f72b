/* One running case. This header is for stage/ alone: the parts of a stage and
 * what its files ask of each other. */
#ifndef JS_STAGE_H
#define JS_STAGE_H

#include "base/bytes.h"
#include "base/random.h"
#include "stage/venue.h"
#include "xmpp/actor.h"

#include <libxml/tree.h>

struct stage;
struct omemo_device;
struct validation;
struct checking;
struct contacts;

/* A stanza that the wire brought to a puppet. */
struct received {
    xmlDoc *doc;
    xmlNode *stanza;
    int event;     /* index into the record's events */
    long serial;   /* order on all wires of this case */
    bool aside;    /* presence, results, what manners answered ... */
    bool consumed; /* by a receive step */
};

/* An actor of the script. */
struct player {
    struct stage *stage;
    const struct script_actor *role;
    int index;
    char *user, *jid, *password, *full_jid; /* in the case's arena */
    struct wire_link *link;
    struct actor *actor;     /* a puppet's */
    struct subject *subject; /* the subject's */
    VEC(struct received) queue;
    VEC(int) collected;        /* files this puppet received whole */
    char *downloads;           /* the subject's directory */
    char **downloads_before;   /* what lay there before the case */
    int64_t *downloads_stamps; /* of each, see file_stamp */
    size_t downloads_before_count;
    struct subject_task *plan;   /* what the subject will be asked first */
    bool resident;               /* its login is an earlier case's */
    struct omemo_device *device; /* a puppet's, with "omemo: yes" */
    struct validation *validation;
    bool mannered;              /* scripts with a subject */
    bool invalid_allowed;       /* its next stanza may break a schema */
    bool offered, done, failed; /* what the subject's driver said */
    const char *done_text;
    bool fence_pending;
    char fence_id[24];
};

struct kept {
    const char *name, *value;
    bool xml; /* value is markup: put in unescaped */
};

struct named {
    const char *name;
    xmlDoc *doc; /* a copy */
    long serial;
};

struct stage_file {
    char *path;
    int64_t size;
};

struct stage_socket;
struct wire_rule;
struct published;

/* The file that a verb moves block by block. */
struct moving {
    const struct script_step *step;
    const char *sid;
    int64_t offset;
    unsigned seq;
    bool by_message; /* blocks; else by iq */
    bool waiting;    /* for the answer to id */
    char id[13];
    char problem[200];
};

struct stage {
    struct venue *venue;
    const struct script *script;
    struct record_run *run;
    struct record_case *c;
    struct arena *arena; /* the run's: what the record keeps */
    struct random random;
    int64_t began_us;
    char *directory;
    struct player *players;
    size_t player_count;
    struct stage_file *files;
    VEC(struct kept) kept;
    VEC(struct named) named;
    VEC(struct stage_socket *) sockets;
    VEC(struct wire_rule *) rules;
    VEC(struct published *) published; /* OMEMO bundles */
    VEC(xmlDoc *) graveyard;           /* consumed stanzas' documents */
    struct moving moving;
    xmlNode *last; /* "it": the stanza received last */
    int last_event;
    struct contacts *contacts;       /* while they are made */
    const struct checking *checking; /* the stanza being validated */
    bool misled;                     /* a puppet broke a schema on purpose */
    long serial;
    long activity;   /* grows with whatever moves, but for fences */
    size_t recorded; /* bytes of raw data in the record */
    const struct script_step *step;          /* the running one */
    VEC(const struct script_step *) pending; /* receive steps not yet run */
    struct tallies *tallies;                 /* of byte streams, or NULL */
    struct evidence *evidence; /* of encrypted transfers, or NULL */
    bool ended;
    struct error trouble; /* the harness's own fault; "" none */
};

/* --- tally.c: byte streams in the record --- */
/* kind and the actors' names must live as long as the case. */
void tally_bytes(struct stage *stage, const char *kind, const char *name,
    const char *from, const char *to, struct bytes data);
/* The data of an in-band bytestream, if the stanza holds any. */
void tally_stanza(
    struct stage *stage, const struct player *player, const xmlNode *stanza);
/* Fills the record's streams. */
void tally_end(struct stage *stage);

/* --- evidence.c: what opens an encrypted transfer again --- */
/* The keys as they are now; device may be NULL. */
void evidence_keys(struct stage *stage, const struct script_actor *role,
    const struct omemo_device *device);
void evidence_bytes(
    struct stage *stage, const char *socket, const char *to, struct bytes data);
/* Attaches all to a record that is not passed, writes it into the case's
 * directory when that is kept, and frees it. */
void evidence_end(struct stage *stage);

/* --- stage.c: deadlines and outcomes --- */

enum poll { POLL_WAIT, POLL_HOLDS, POLL_NEVER };

/* Turns the loop until condition says POLL_HOLDS (true) or POLL_NEVER, the
 * deadline passes or the harness is in trouble (false). */
typedef enum poll stage_condition_fn(struct stage *stage, void *owner);
bool stage_wait(struct stage *stage, int64_t deadline_ms,
    stage_condition_fn *condition, void *owner);
/* now + ms times the time factor. */
int64_t stage_deadline(const struct stage *stage, int64_t ms);
/* The harness's own fault: the case ends as an error. Returns false. */
bool stage_trouble(struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Can the subject go on? If not, the case ends as its driver says. */
bool stage_subject_well(struct stage *stage);
/* The case ends with this verdict at the running step. Returns false. */
bool stage_fail(struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool stage_unsupported(struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The case ends inconclusive: the harness cannot see this. Returns false. */
bool stage_inconclusive(struct stage *stage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- validation.c --- */
/* Checks a stanza on a player's link; relayed: another player sent it, and
 * it was judged on its way up. */
void stage_validate(struct stage *stage, struct player *player,
    bool from_client, bool relayed, xmlDoc *doc, int event);
/* Turns the violations into verdict and findings. */
void stage_end_validation(struct stage *stage);

/* --- steps.c --- */
bool stage_run_steps(struct stage *stage, const struct script_steps *steps);

/* A verb's implementation. begin acts (false: the stage has its verdict);
 * poll, if any, is asked until it holds or the deadline passes; explain says
 * what was expected and came instead when it did not. */
struct verb_action {
    bool (*begin)(struct stage *stage, const struct script_step *step);
    enum poll (*poll)(struct stage *stage, const struct script_step *step);
    void (*explain)(struct stage *stage, const struct script_step *step);
};
/* By verb id; the files below define the rows. */
const struct verb_action *verb_action(enum verb_id id);

/* --- observe.c: the wire's observer, the transcript --- */
wire_observer_fn stage_observe;
int stage_event(struct stage *stage, enum event_kind kind, const char *from,
    const char *to, const char *label, struct bytes data, const char *mark);
void stage_subject_report(
    void *owner, enum subject_report report, const char *text);
void stage_subject_note(void *owner, const char *line);

/* --- cast.c: players --- */
bool cast_make(struct stage *stage);
void cast_free(struct stage *stage);
struct player *stage_player(
    struct stage *stage, const struct script_arg *argument);
struct player *stage_subject(struct stage *stage);
/* A puppet that is online, for fences; NULL: none. */
struct player *stage_first_puppet(struct stage *stage);
/* Its header says "omemo: yes". */
bool omemo_wanted(const struct script_actor *role);
bool player_send(struct player *player, struct bytes data);
bool player_connect(struct player *player);
bool player_disconnect(struct player *player, bool rudely);

/* --- contacts.c --- */
bool contacts_make(struct stage *stage);
void contacts_observe(struct stage *stage, const struct wire_event *event);

/* --- describe.c --- */
/* "iq set session-initiate": one line for a stanza. */
char *describe_stanza(struct arena *arena, const xmlNode *stanza);

/* --- manners.c --- */
/* Decides what a puppet does with a stanza by itself; sets aside. */
void manners_stanza(struct player *player, struct received *received);
void manners_presence(struct player *player);
/* Answers an iq with a stanza error. */
void manners_error(
    struct player *player, xmlNode *stanza, const char *condition);

/* --- fence.c --- */
/* A fence in the making; zero is its start. */
struct fence {
    bool running;
    int rounds, quiet;
    long activity;
};
/* POLL_HOLDS: proved that nothing more comes before until_ms. POLL_NEVER: no
 * puppet is online to ask with. */
enum poll fence_poll(
    struct stage *stage, struct fence *fence, int64_t until_ms);
/* Can that be proved here, or only waited for? */
bool fence_can_prove(const struct stage *stage);
/* Everything that was on its way has arrived. False: no answer in time
 * (trouble or verdict set). */
bool fence_pass(struct stage *stage);
/* The puppets' pings are answered. False likewise. */
bool fence_ping(struct stage *stage);
/* True when it answers a fence of this player; it never reaches the queue. */
bool fence_answer(struct player *player, xmlNode *stanza);
/* Part of a fence, in either direction? */
bool fence_is_ours(const xmlNode *stanza);

/* --- resolve.c: ${...} --- */
/* In the case's arena; NULL: trouble is set. */
char *stage_value(struct stage *stage, const char *text);
char *stage_xml(struct stage *stage, const char *text);
char *stage_xpath(struct stage *stage, const char *expanded);
/* A stanza to compare with: names without a value yet stay as ${NAME}. */
char *stage_pattern(struct stage *stage, const char *text);
bool stage_number(
    struct stage *stage, const struct script_arg *arg, int64_t *number);
void stage_keep(struct stage *stage, const char *name, const char *value);
const char *stage_kept(const struct stage *stage, const char *name);

/* --- verbs_omemo.c --- */
/* Publishes the puppet's device list and bundle, when it has a device. */
bool omemo_publish(struct player *player);
/* Remembers a bundle that a player publishes, and notes which readings of
 * the unclear texts the subject's <security/> shows. */
void omemo_observe(struct player *player, const xmlNode *stanza);
void omemo_free(struct stage *stage);

/* --- files.c --- */
bool files_make(struct stage *stage);
struct stage_file *stage_file(
    struct stage *stage, const struct script_arg *arg);
/* Bytes [from, to) of it appended to out. */
bool files_read(struct stage *stage, const struct stage_file *file,
    int64_t from, int64_t to, struct buffer *out);
/* The bytes [*from, *to) that a step "PUPPET ... FILE" is about: its clause
 * "from N to M", else the whole file. */
bool files_range(struct stage *stage, const struct script_step *step,
    int64_t *from, int64_t *to);
bool files_same(const char *a, const char *b);

/* --- verbs_user.c --- */
/* The first thing that the script asks its subject's user to do, with the
 * peer as it is known now; NULL: nothing. In the case's arena. */
struct subject_task *user_plan(struct stage *stage);

/* --- match.c --- */
struct match {
    bool strict_own; /* scansion's rule: elements with a namespace of their own
                        are strict unless they say otherwise */
    bool wild;       /* ${...} in the pattern stands for anything */
    struct arena *arena;
    VEC(struct kept) captures;
};
bool match_stanza(
    struct match *match, const xmlNode *expected, const xmlNode *actual);

/* --- edit.c: "with XPATH = VALUE" and its like --- */
/* Applies the step's WITH, WITHOUT and ADD clauses to the stanza text; the
 * result is in out. */
bool edit_apply(struct stage *stage, const struct script_step *step,
    const char *xml, struct buffer *out);
/* The text as a document under a stream root, default namespace
 * jabber:client. */
xmlDoc *edit_parse(struct stage *stage, const char *xml);
xmlNode *edit_stanza(xmlDoc *doc);

/* --- sockets.c --- */
void sockets_free(struct stage *stage);
struct stage_socket *socket_find(struct stage *stage, const char *name);
const char *socket_host(const struct stage_socket *socket);
int socket_port(const struct stage_socket *socket);

/* --- the tables of verbs, each file its own rows --- */
extern const struct verb_action cast_actions[VERB_COUNT];
extern const struct verb_action stanza_actions[VERB_COUNT];
extern const struct verb_action check_actions[VERB_COUNT];
extern const struct verb_action user_actions[VERB_COUNT];
extern const struct verb_action wire_actions[VERB_COUNT];
extern const struct verb_action stream_actions[VERB_COUNT];
extern const struct verb_action socket_actions[VERB_COUNT];
extern const struct verb_action socket_bytes_actions[VERB_COUNT];
extern const struct verb_action omemo_actions[VERB_COUNT];

/* --- wire_rules.c --- */
wire_filter_fn wire_rules_filter;
void wire_rules_free(struct stage *stage);

#endif
