/* Any bytes as a script and as a file of the library: an error or a tree,
 * never a crash; what is good prints and parses again. */
#include "script/script.h"

#include "base/bytes.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_again(const struct script *script)
{
    struct buffer out = {0};
    struct script_list again = {0};
    struct error error;
    script_print(script, &out);
    if (!script_parse(
            "again.scs", buffer_text(&out), NULL, NULL, NULL, &again, &error))
        abort();
    for (size_t i = 0; i < again.items.count; i++)
        script_free(again.items.items[i]);
    vec_free(&again.items);
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup((const char *)data, size);
    struct script_errors errors = {0};
    struct script_list scripts = {0};
    struct script_library *library = script_library_new();
    script_library_read(library, "library.scs", text, &errors);
    script_library_check(library, &errors);
    script_check("fuzz.scs", text, library, NULL, NULL, &scripts, &errors);
    for (size_t i = 0; i < scripts.items.count; i++) {
        if (i == 0)
            parse_again(scripts.items.items[i]);
        script_free(scripts.items.items[i]);
    }
    vec_free(&scripts.items);
    script_errors_free(&errors);
    script_library_free(library);
    free(text);
    return 0;
}
