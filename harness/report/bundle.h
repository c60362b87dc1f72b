/* Failure bundles: for each case that is not ok a folder with all there is to
 * know about it, fit to be attached to a bug report:
 *   case.txt        why, script, ladder, difference, violations
 *   script.scs      the script
 *   transcript.xml  the stanzas, as `jinglespec lint` and `record` read them
 *   results.json    the case alone, as all other commands read it
 *   streams.tsv     the byte streams: sizes, digests, first bytes
 *   NAME.log        the logs of server and client
 *   NAME.keys.json  of an encrypted transfer: OMEMO keys before it, and
 *   NAME.bin        what went over SOCKS5, for `jinglespec jet open`
 *   again.sh        the one command that runs just this case again */
#ifndef JS_BUNDLE_H
#define JS_BUNDLE_H

#include "base/bytes.h"
#include "base/error.h"
#include "record/record.h"

#include <stdbool.h>

/* Writes dir/NAME for each case that is not ok and sets its bundle to
 * "base/NAME" (what a report beside it may say); NAME is made of the id
 * whatever it holds. At most 200 bundles. */
bool bundle_write_all(struct record_run *run, const char *dir, const char *base,
    struct error *error);

/* A file name made of any text: letters, digits, '.', '_' and '-', not
 * beginning with a dot, at most 100 characters. Free it. */
char *bundle_name(const char *text);

#endif
