#include "base/version.h"

/* The program brings its own (CMakeLists.txt): only it is linked again after
 * each commit. */
__attribute__((weak)) const char version_commit[] = "";
