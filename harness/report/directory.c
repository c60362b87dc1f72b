#include "report/directory.h"

#include "base/file.h"
#include "report/bundle.h"
#include "report/report.h"

#include <stdlib.h>

#define BUNDLES "failed"

static bool write_form(const struct report_format *format,
    struct record_run *run, const char *dir, struct error *error)
{
    struct buffer out = {0};
    format->print(&run, 1, &out);
    char *path = file_join(dir, format->file_name);
    bool ok = file_write(path, buffer_bytes(&out), error);
    free(path);
    buffer_free(&out);
    return ok;
}

bool report_directory_ready(const char *dir, struct error *error)
{
    if (!file_make_dirs(dir, error))
        return false;
    if (!file_is_dir(dir))
        return error_set(error, "%s: it is no directory", dir);
    char *inner = file_join(dir, "results.json");
    bool ok = file_can_write(inner, error);
    free(inner);
    return ok;
}

bool report_directory_write(
    struct record_run *run, const char *dir, struct error *error)
{
    if (!file_make_dirs(dir, error))
        return false;
    char *bundles = file_join(dir, BUNDLES);
    /* Those of an earlier run, and nobody else's folder of this name. */
    char *results = file_join(dir, "results.json");
    if (file_exists(results))
        file_remove_tree(bundles);
    free(results);
    bool ok = bundle_write_all(run, bundles, BUNDLES, error);
    free(bundles);
    for (const struct report_format *f = report_formats; ok && f->name; f++)
        ok = write_form(f, run, dir, error);
    return ok;
}
