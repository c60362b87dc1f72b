/* Any bytes as results.json: refused, or read and printed in every form. */
#include "record/results.h"
#include "report/report.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    struct record_run *run =
        results_parse(bytes_of(data, size), "fuzz", &error);
    for (const struct report_format *f = report_formats;
         run != NULL && f->name != NULL; f++) {
        struct buffer out = {0};
        f->print(&run, 1, &out);
        buffer_free(&out);
    }
    record_run_free(run);
    return 0;
}
