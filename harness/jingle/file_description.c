#include "jingle/file_description.h"

#include "base/memory.h"
#include "jingle/names.h"
#include "jingle/stanza.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void file_date_write(int64_t modified_s, char *out)
{
    time_t seconds = (time_t)modified_s;
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || parts.tm_year > 8099 ||
        !strftime(out, 21, "%Y-%m-%dT%H:%M:%SZ", &parts)) {
        memcpy(out, "1970-01-01T00:00:00Z", 21);
    }
}

int64_t file_date_read(const char *text)
{
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    int used = 0;
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
            &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec,
            &used) != 6) {
        return 0;
    }
    text += used;
    if (*text == '.') {
        text += 1 + strspn(text + 1, "0123456789");
    }
    int hours = 0, minutes = 0;
    char sign = *text;
    if (sign != 'Z' && sscanf(text, "%*[+-]%2d:%2d", &hours, &minutes) != 2) {
        return 0;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    int64_t zone = (int64_t)(hours * 3600 + minutes * 60);
    return (int64_t)timegm(&parts) - (sign == '-' ? -zone : zone);
}

/* A <hash/> or <hash-used/>; false: malformed. */
static bool read_hash(xmlNodePtr node, unsigned *kinds, unsigned *used,
    uint8_t values[][DIGEST_MAX])
{
    enum digest_kind kind = digest_find(stanza_attr(node, "algo"));
    if (!xml_attr(node, "algo")) {
        return false;
    }
    if (kind == DIGEST_KINDS) {
        return true;
    }
    char *text = stanza_text(node);
    struct buffer value = {0};
    bool good = base64_decode(&value, text, strlen(text), true);
    if (good && value.len && xml_is(node, NULL, "hash")) {
        good = value.len == digest_size(kind);
        if (good) {
            memcpy(values[kind], value.data, value.len);
            *kinds |= 1u << kind;
        }
    } else if (good) {
        *used |= 1u << kind;
    }
    buffer_free(&value);
    free(text);
    return good;
}

static bool read_range(struct file_description *file, xmlNodePtr node)
{
    const char *offset = xml_attr(node, "offset");
    const char *length = xml_attr(node, "length");
    file->range.present = true;
    file->range.has_length = length != NULL;
    unsigned ignored = 0;
    for (xmlNodePtr at = xml_child(node, NS_HASHES, "hash"); at;
         at = xml_next(at, NS_HASHES, "hash")) {
        if (!read_hash(at, &file->range_hashes, &ignored, file->range_values)) {
            return false;
        }
    }
    return (!offset || stanza_number(offset, INT64_MAX, &file->range.offset)) &&
           (!length || stanza_number(length, INT64_MAX, &file->range.length));
}

static bool read_size(struct file_description *file, xmlNodePtr node)
{
    char *text = stanza_text(node);
    /* white space around numbers is collapsed in XML Schema */
    size_t start = strspn(text, " \t\r\n");
    size_t len = strcspn(text + start, " \t\r\n");
    text[start + len] = '\0';
    file->has_size = stanza_number(text + start, INT64_MAX, &file->size);
    free(text);
    return file->has_size;
}

static void read_text(char **field, xmlNodePtr node)
{
    if (!*field) {
        *field = stanza_text(node);
    }
}

void file_description_add_text(
    struct file_description *file, const char *language, const char *text)
{
    for (size_t i = 0; i < file->description_count; i++) {
        const char *other = file->descriptions[i].language;
        bool same = language && other ? !strcasecmp(language, other)
                                      : language == other;
        if (same) {
            return;
        }
    }
    if (file->description_count < FILE_TEXTS_MAX) {
        file->descriptions[file->description_count++] = (struct file_text){
            language ? mem_strdup(language) : NULL, mem_strdup(text)};
    }
}

static void read_description(struct file_description *file, xmlNodePtr node)
{
    xmlChar *language =
        xmlGetNsProp(node, (const xmlChar *)"lang", XML_XML_NAMESPACE);
    char *text = stanza_text(node);
    file_description_add_text(file, (const char *)language, text);
    free(text);
    xmlFree(language);
}

bool file_description_read(struct file_description *file, xmlNodePtr node)
{
    bool good = true;
    for (xmlNodePtr at = xml_child(node, NULL, NULL); at && good;
         at = xml_next(at, NULL, NULL)) {
        if (xml_is(at, NS_FILE, "name")) {
            read_text(&file->name, at);
        } else if (xml_is(at, NS_FILE, "media-type")) {
            read_text(&file->media_type, at);
        } else if (xml_is(at, NS_FILE, "desc")) {
            read_description(file, at);
        } else if (xml_is(at, NS_FILE, "date")) {
            char *text = stanza_text(at);
            file->modified_s = file_date_read(text);
            free(text);
        } else if (xml_is(at, NS_FILE, "size")) {
            good = read_size(file, at);
        } else if (xml_is(at, NS_FILE, "range")) {
            good = read_range(file, at);
        } else if (xml_is(at, NS_HASHES, "hash") ||
                   xml_is(at, NS_HASHES, "hash-used")) {
            good = read_hash(at, &file->hashes, &file->used, file->values);
        }
    }
    return good;
}

void file_description_clear(struct file_description *file)
{
    free(file->name);
    free(file->media_type);
    for (size_t i = 0; i < file->description_count; i++) {
        free(file->descriptions[i].language);
        free(file->descriptions[i].text);
    }
    memset(file, 0, sizeof *file);
}

void file_description_copy(
    struct file_description *to, const struct file_description *from)
{
    *to = *from;
    to->name = mem_strdup(from->name);
    to->media_type = mem_strdup(from->media_type);
    for (size_t i = 0; i < from->description_count; i++) {
        const struct file_text *text = &from->descriptions[i];
        to->descriptions[i] = (struct file_text){
            text->language ? mem_strdup(text->language) : NULL,
            mem_strdup(text->text)};
    }
}

void file_hashes_write(unsigned kinds, unsigned used,
    const uint8_t values[][DIGEST_MAX], struct buffer *out)
{
    for (unsigned kind = 0; kind < DIGEST_KINDS; kind++) {
        const char *name = digest_name((enum digest_kind)kind);
        if (kinds & (1u << kind)) {
            buffer_printf(out, "<hash xmlns='" NS_HASHES "' algo='%s'>", name);
            base64_encode(
                out, values[kind], digest_size((enum digest_kind)kind));
            buffer_add_text(out, "</hash>");
        } else if (used & (1u << kind)) {
            buffer_printf(
                out, "<hash-used xmlns='" NS_HASHES "' algo='%s'/>", name);
        }
    }
}

static void write_range(const struct file_description *file, struct buffer *out)
{
    buffer_add_text(out, "<range");
    if (file->range.offset) {
        stanza_add_number(out, "offset", file->range.offset);
    }
    if (file->range.has_length) {
        stanza_add_number(out, "length", file->range.length);
    }
    if (file->range_hashes) {
        buffer_add_text(out, ">");
        file_hashes_write(file->range_hashes, 0, file->range_values, out);
        buffer_add_text(out, "</range>");
    } else {
        buffer_add_text(out, "/>");
    }
}

enum part {
    PART_DATE,
    PART_DESCRIPTION,
    PART_MEDIA_TYPE,
    PART_NAME,
    PART_RANGE,
    PART_SIZE,
    PART_HASHES,
    PART_COUNT
};

static void write_part(
    const struct file_description *file, enum part part, struct buffer *out)
{
    char date[32];
    switch (part) {
    case PART_DATE:
        if (file->modified_s) {
            file_date_write(file->modified_s, date);
            stanza_add_text(out, "date", date);
        }
        break;
    case PART_DESCRIPTION:
        for (size_t i = 0; i < file->description_count; i++) {
            const struct file_text *text = &file->descriptions[i];
            buffer_add_text(out, "<desc");
            xml_add_attr(out, "xml:lang", text->language);
            buffer_add_text(out, ">");
            buffer_add_xml(out, text->text, strlen(text->text));
            buffer_add_text(out, "</desc>");
        }
        break;
    case PART_MEDIA_TYPE:
        if (file->media_type) {
            stanza_add_text(out, "media-type", file->media_type);
        }
        break;
    case PART_NAME:
        if (file->name) {
            stanza_add_text(out, "name", file->name);
        }
        break;
    case PART_RANGE:
        if (file->range.present) {
            write_range(file, out);
        }
        break;
    case PART_SIZE:
        if (file->has_size) {
            buffer_printf(
                out, "<size>%llu</size>", (unsigned long long)file->size);
        }
        break;
    default:
        file_hashes_write(file->hashes, file->used, file->values, out);
        break;
    }
}

void file_description_write(
    const struct file_description *file, bool reversed, struct buffer *out)
{
    buffer_add_text(out, "<file>");
    for (int part = 0; part < PART_COUNT; part++) {
        write_part(
            file, (enum part)(reversed ? PART_COUNT - 1 - part : part), out);
    }
    buffer_add_text(out, "</file>");
}
