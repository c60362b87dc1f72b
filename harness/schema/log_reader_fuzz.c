/* Any bytes through the log reader and the validator: no crash, no leak, and
 * the same findings whether fed whole or in two pieces. */
#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "schema/log_lint.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void on_finding(void *owner, const struct lint_finding *finding)
{
    buffer_printf(owner, "%llu:%llu %s\n", (unsigned long long)finding->line,
        (unsigned long long)finding->column,
        finding->violation == NULL ? finding->broken
                                   : finding->violation->message);
}

static void lint_pieces(const struct validator *validator, const uint8_t *data,
    size_t len, size_t cut, struct buffer *out)
{
    struct lint *lint = lint_new(validator, NULL, on_finding, NULL, out);
    lint_begin(lint, "fuzz");
    lint_feed(lint, data, cut);
    lint_feed(lint, data + cut, len - cut);
    lint_end(lint);
    lint_free(lint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct validator *validator;
    if (validator == NULL) {
        struct error error;
        char *dir = file_join(SOURCE_DIR, "schemas");
        validator = validator_new(dir, NULL, &error);
        free(dir);
        if (validator == NULL) {
            fprintf(stderr, "%s\n", error.message);
            abort();
        }
    }
    struct buffer whole = {0}, pieces = {0};
    lint_pieces(validator, data, len, len, &whole);
    lint_pieces(validator, data, len, len == 0 ? 0 : data[0] % len, &pieces);
    if (!bytes_equal(buffer_bytes(&whole), buffer_bytes(&pieces)))
        abort();
    buffer_free(&whole);
    buffer_free(&pieces);
    return 0;
}
