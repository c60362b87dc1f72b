#include "base/file.h"
#include "base/xml.h"
#include "command/command.h"
#include "command/options.h"
#include "jingle/jet_record.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct options {
    const char *keys, *transcript, *stream, *out, *sid, *content;
    bool force;
};

static int usage(FILE *out)
{
    fprintf(out,
        "Usage: jinglespec jet open --keys KEYS.json --transcript STANZAS.xml\n"
        "                           [--stream STREAM] -o FILE [OPTION...]\n"
        "Decrypts a recorded JET-OMEMO transfer (XEP-0391, 0396) and says on "
        "standard error\nwhat it found: which device's key, which message, "
        "the verdicts on tag, size and\nhash. Nothing is written unless the "
        "tag is right.\n\n"
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
        "  --stream FILE      what the receiver read from the bytestream; left "
        "out when the\n"
        "                     transcript has it in in-band blocks\n"
        "  --sid SID          which Jingle session, when there are several\n"
        "  --content NAME     which content of it, likewise\n"
        "  -o, --output FILE  where the plain file goes; \"-\" is standard "
        "output\n"
        "  --force            write it although the tag is wrong\n\n"
        "Exit codes: 0 opened, the tag right, size and hash as announced; 1 "
        "it cannot be\nopened or is not as announced; 2 an argument or a file "
        "cannot be used.\n");
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
        {"content", required_argument, NULL, 'c'},
        {"force", no_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = option_next(argc, argv, "o:", known, NULL)) != -1) {
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
        case 'c':
            out->content = optarg;
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
    const char *missing = out->keys == NULL                    ? "--keys"
                          : out->transcript == NULL            ? "--transcript"
                          : out->out == NULL || *out->out == 0 ? "-o"
                                                               : NULL;
    if (missing != NULL)
        fprintf(stderr,
            "jinglespec jet open: %s needs a file; --help tells more\n",
            missing);
    return missing == NULL;
}

/* Whoever mistypes must not lose the keys. */
static bool is_input(const struct options *options)
{
    const char *const inputs[] = {
        options->keys, options->transcript, options->stream};
    struct stat out, in;
    if (strcmp(options->out, "-") == 0 || stat(options->out, &out) != 0 ||
        !S_ISREG(out.st_mode))
        return false;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        if (inputs[i] == NULL || stat(inputs[i], &in) != 0 ||
            in.st_dev != out.st_dev || in.st_ino != out.st_ino)
            continue;
        fprintf(stderr,
            "jinglespec jet open: %s is read from and can't be written to\n",
            options->out);
        return true;
    }
    return false;
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
    bool given = options->stream != NULL;
    if (doc == NULL ||
        (given && !file_read(options->stream, STREAM_MAX, &stream, &error))) {
        fprintf(stderr, "jinglespec jet open: %s\n", error.message);
    } else {
        const struct jet_record record = {.device = device,
            .transcript = xmlDocGetRootElement(doc),
            .sid = options->sid,
            .content = options->content,
            .stream = given ? bytes_of(buffer_text(&stream), stream.len)
                            : bytes_of(NULL, 0)};
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
    argv[1] = (char[]){"jet open"}; /* for getopt's complaints */
    if (!read_options(argc - 1, argv + 1, &options))
        return EXIT_UNABLE;
    return is_input(&options) ? EXIT_UNABLE : open_record(&options);
}

extern const struct command command_jet;
const struct command command_jet = {"jet", "open [OPTION...]",
    "open a recorded encrypted transfer (jet open)", run};
