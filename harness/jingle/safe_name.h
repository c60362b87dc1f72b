/* A file name from a peer made safe for any directory (XEP-0234 s11). */
#ifndef JS_JINGLE_SAFE_NAME_H
#define JS_JINGLE_SAFE_NAME_H

enum { SAFE_NAME_MAX = 200 };

/* One path component of 1 to SAFE_NAME_MAX bytes, to be freed: separators
 * and control characters are percent-encoded, a leading dot too (so "..",
 * "." and hidden files can't arise), long names are cut between characters
 * with their extension kept; NULL or empty gives "file". Safe names stay as
 * they are. */
char *safe_name(const char *name);

#endif
