#include "base/file.h"
#include "base/xml.h"
#include "command/command.h"
#include "jingle/jet_record.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *keys, *transcript, *stream, *out, *sid;
    bool force;
};

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec jet open --keys KEYS.json --transcript STANZAS.xml\n"
        "                           --stream STREAM -o FILE [--sid SID] "
        "[--force]\n"
        "Decrypts a recorded JET-OMEMO transfer (XEP-0391, 0396) and says "
        "what it found:\nwhich device's key, which message, the verdict on "
        "tag, size and hash.\n\n"
        "  --keys FILE        the receiver's OMEMO keys before the transfer: "
        "JSON with\n"
        "                     device_id, identity_key_private, "
        "identity_key_public,\n"
        "                     signed_pre_keys, pre_keys, sessions (libsignal's "
        "records in\n"
        "                     base64)\n"
        "  --transcript FILE  the stanzas, inside one root element; earlier "
        "OMEMO\n"
        "                     messages of the session too\n"
        "  --stream FILE      what the receiver read from the bytestream\n"
        "  --sid SID          which Jingle session, when there are several\n"
        "  -o, --output FILE  where the plain file goes; \"-\" is standard "
        "output\n"
        "  --force            write it although the tag is wrong\n\n"
        "Exit codes: 0 opened and as announced, 1 not so, 2 bad arguments or "
        "files.\n");
    return out == stdout ? EXIT_PASSED : EXIT_UNABLE;
}

static bool read_options(int argc, char **argv, struct options *out)
{
    static const struct option known[] = {
        {"keys", required_argument, NULL, 'k'},
        {"transcript", required_argument, NULL, 't'},
        {"stream", required_argument, NULL, 's'},
        {"output", required_argument, NULL, 'o'},
        {"sid", required_argument, NULL, 'i'},
        {"force", no_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "o:", known, NULL)) != -1) {
        switch (option) {
        case 'k':
            out->keys = optarg;
            break;
        case 't':
            out->transcript = optarg;
            break;
        case 's':
            out->stream = optarg;
            break;
        case 'o':
            out->out = optarg;
            break;
        case 'i':
            out->sid = optarg;
            break;
        case 'f':
            out->force = true;
            break;
        default:
            return false;
        }
    }
    if (optind < argc) {
        fprintf(
            stderr, "jinglespec jet open: '%s' is too much\n", argv[optind]);
        return false;
    }
    const char *missing = out->keys == NULL         ? "--keys"
                          : out->transcript == NULL ? "--transcript"
                          : out->stream == NULL     ? "--stream"
                          : out->out == NULL        ? "-o"
                                                    : NULL;
    if (missing != NULL)
        fprintf(stderr, "jinglespec jet open: %s is missing\n", missing);
    return missing == NULL;
}

static struct omemo_device *read_keys(const char *path, struct error *error)
{
    enum { KEYS_MAX = 16 << 20 };
    struct buffer text = {0};
    struct omemo_device *device = NULL;
    if (file_read(path, KEYS_MAX, &text, error)) {
        device = omemo_device_load(buffer_bytes(&text), error);
        if (device == NULL)
            error_prefix(error, "%s: ", path);
    }
    buffer_free(&text);
    return device;
}

static xmlDoc *read_transcript(const char *path, struct error *error)
{
    enum { TRANSCRIPT_MAX = 256 << 20 };
    struct buffer text = {0};
    xmlDoc *doc = NULL;
    if (file_read(path, TRANSCRIPT_MAX, &text, error)) {
        doc = xml_parse(buffer_bytes(&text), error);
        if (doc == NULL)
            error_prefix(error, "%s: ", path);
    }
    buffer_free(&text);
    return doc;
}

static int finish(const struct options *options,
    enum jet_record_verdict verdict, const struct buffer *plain,
    struct error *error)
{
    if (verdict == JET_RECORD_UNOPENED) {
        fprintf(stderr, "jinglespec jet open: %s\n", error->message);
        return EXIT_FAILED;
    }
    if (verdict == JET_RECORD_UNSAFE && !options->force) {
        fprintf(stderr,
            "jinglespec jet open: nothing is written; --force does it "
            "nevertheless\n");
        return EXIT_FAILED;
    }
    if (!file_write(options->out, buffer_bytes(plain), error)) {
        fprintf(stderr, "jinglespec jet open: %s\n", error->message);
        return EXIT_UNABLE;
    }
    fprintf(stderr, "written: %zu bytes to %s%s\n", plain->len, options->out,
        verdict == JET_RECORD_UNSAFE
            ? ", by force: THE TAG IS WRONG, ANYBODY MAY HAVE CHANGED IT"
            : "");
    return verdict == JET_RECORD_GOOD ? EXIT_PASSED : EXIT_FAILED;
}

static int open_record(const struct options *options)
{
    enum { STREAM_MAX = 1 << 30 };
    struct error error;
    struct buffer stream = {0}, plain = {0}, report = {0};
    int code = EXIT_UNABLE;
    struct omemo_device *device = read_keys(options->keys, &error);
    xmlDoc *doc =
        device == NULL ? NULL : read_transcript(options->transcript, &error);
    if (doc == NULL ||
        !file_read(options->stream, STREAM_MAX, &stream, &error)) {
        fprintf(stderr, "jinglespec jet open: %s\n", error.message);
    } else {
        const struct jet_record record = {device, xmlDocGetRootElement(doc),
            options->sid, buffer_bytes(&stream)};
        enum jet_record_verdict verdict =
            jet_record_open(&record, &plain, &report, &error);
        fputs(buffer_text(&report), stderr);
        code = finish(options, verdict, &plain, &error);
    }
    xmlFreeDoc(doc);
    omemo_device_free(device);
    buffer_free(&stream);
    buffer_free(&plain);
    buffer_free(&report);
    return code;
}

static int run(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return usage(stdout);
    }
    if (argc < 2 || strcmp(argv[1], "open") != 0)
        return usage(stderr);
    struct options options = {0};
    if (!read_options(argc - 1, argv + 1, &options))
        return EXIT_UNABLE;
    return open_record(&options);
}

extern const struct command command_jet;
const struct command command_jet = {"jet", "open [OPTION...]",
    "open a recorded encrypted transfer (jet open)", run};
