/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Model cards: from JSON to a checked st_card. docs/adding-a-model.md describes the
 * members.
 *
 * Cards come from users too, so everything is checked here once; whoever gets an st_card
 * may rely on it. A member that is not known is an error: a misspelt one would otherwise
 * be a silent default.
 */
#include "model/card.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"

/* Set *to to a copy of a text member. */
static int take_text(const st_json *json, const st_json_value *object, const char *member,
                     bool required, char **to, stance_error *err)
{
    const char *text = NULL;
    int rc = st_json_get_text(json, object, member, required, &text, err);
    if (rc < 0 || !text)
        return rc;
    *to = st_strdup(text);
    return *to ? 0 : st_fail_memory(err);
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* A name from a card becomes a file name: it may not lead anywhere else. */
static bool is_plain_name(const char *text)
{
    return !strchr(text, '/') && text[0] != '.' && strlen(text) < 200;
}

static int parse_file(const st_json *json, const st_json_value *value, st_card_file *file,
                      stance_error *err)
{
    static const char *const known[] = {"name", "url", "member", "sha256", "bytes", NULL};
    if (st_json_type_of(value) != ST_JSON_OBJECT)
        return st_json_fail(json, value, err, "expected an object");
    file->bytes = -1;
    int rc = st_json_only(json, value, known, err);
    if (rc == 0)
        rc = take_text(json, value, "name", true, &file->name, err);
    if (rc == 0)
        rc = take_text(json, value, "url", false, &file->url, err);
    if (rc == 0)
        rc = take_text(json, value, "member", false, &file->member, err);
    if (rc == 0)
        rc = take_text(json, value, "sha256", false, &file->sha256, err);
    if (rc == 0)
        rc = st_json_get_int(json, value, "bytes", false, 1, ST_MAX_MODEL_BYTES,
                             &file->bytes, err);
    if (rc == 0 && !is_plain_name(file->name))
        rc = st_json_fail(json, value, err, "expected a plain file name, found \"%.60s\"",
                          file->name);
    if (rc == 0 && file->sha256 && !is_sha256(file->sha256))
        rc = st_json_fail(json, value, err,
                          "expected sha256 as 64 lower-case hex digits, found \"%.80s\"",
                          file->sha256);
    return rc;
}

static int parse_files(const st_json *json, const st_json_value *root, st_card *card,
                       stance_error *err)
{
    const st_json_value *files;
    int rc =
        st_json_get_array(json, root, "files", true, 1, ST_MAX_CARD_FILES, &files, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < st_json_count(files) && rc == 0; i++) {
        card->n_files = i + 1;
        rc = parse_file(json, st_json_at(files, i), &card->files[i], err);
    }
    return rc;
}

/* One of two words; the first is what stands for an absent member. */
static int parse_word(const st_json *json, const st_json_value *object,
                      const char *member, const char *first, const char *second,
                      bool *is_second, stance_error *err)
{
    const char *word = first;
    int rc = st_json_get_text(json, object, member, false, &word, err);
    if (rc < 0)
        return rc;
    *is_second = strcmp(word, second) == 0;
    if (!*is_second && strcmp(word, first) != 0)
        return st_json_fail(json, object, err, "%s: expected %s or %s, found \"%.40s\"",
                            member, first, second, word);
    return 0;
}

/* Three numbers, one a channel. */
static int parse_channels(const st_json *json, const st_json_value *object,
                          const char *member, double min, float out[3], stance_error *err)
{
    const st_json_value *array;
    int rc = st_json_get_array(json, object, member, false, 3, 3, &array, err);
    for (size_t i = 0; array && i < 3 && rc == 0; i++) {
        double number = 0;
        rc = st_json_at_number(json, array, i, min, 1e6, &number, err);
        out[i] = (float)number;
    }
    return rc;
}

static int parse_input(const st_json *json, const st_json_value *root, st_card *card,
                       stance_error *err)
{
    static const char *const known[] = {"width",  "height",    "layout", "type",
                                        "colour", "mean",      "scale",  "pad",
                                        "border", "multiples", NULL};
    const st_json_value *input;
    st_sample_spec *spec = &card->input;
    int64_t width = 0, height = 0, step = 0;
    bool nchw = false, f32 = false;
    float pad[3] = {0};
    const char *type = NULL;
    int rc = st_json_get_object(json, root, "input", true, &input, err);
    if (rc == 0)
        rc = st_json_only(json, input, known, err);
    if (rc == 0)
        rc = st_json_get_int(json, input, "width", true, 16, ST_MAX_INPUT_SIDE, &width,
                             err);
    if (rc == 0)
        rc = st_json_get_int(json, input, "height", true, 16, ST_MAX_INPUT_SIDE, &height,
                             err);
    if (rc == 0)
        rc = st_json_get_int(json, input, "multiples", false, 1, 1024, &step, err);
    if (rc == 0)
        rc = parse_word(json, input, "layout", "NHWC", "NCHW", &nchw, err);
    if (rc == 0)
        rc = parse_word(json, input, "type", "u8", "f32", &f32, err);
    if (rc == 0)
        rc = parse_word(json, input, "colour", "RGB", "BGR", &spec->bgr, err);
    if (rc == 0)
        rc = parse_word(json, input, "border", "pad", "edge", &spec->edge, err);
    for (int i = 0; i < 3; i++)
        spec->scale[i] = 1;
    if (rc == 0)
        rc = parse_channels(json, input, "mean", -1e6, spec->mean, err);
    if (rc == 0)
        rc = parse_channels(json, input, "scale", -1e6, spec->scale, err);
    if (rc == 0)
        rc = parse_channels(json, input, "pad", 0, pad, err);
    if (rc == 0)
        rc = st_json_get_text(json, input, "type", false, &type, err);
    card->type_given = type != NULL;
    card->size_step = (int)step;
    spec->width = (int)width;
    spec->height = (int)height;
    spec->layout = nchw ? ST_SAMPLE_NCHW : ST_SAMPLE_NHWC;
    spec->type = f32 ? ST_SAMPLE_F32 : ST_SAMPLE_U8;
    for (int i = 0; i < 3; i++)
        spec->pad[i] = (uint8_t)(pad[i] > 255 ? 255 : pad[i]);
    return rc;
}

static int parse_output(const st_json *json, const st_json_value *value,
                        st_card_output *output, stance_error *err)
{
    static const char *const known[] = {"name", "shape", "scale", "zero", NULL};
    const st_json_value *shape;
    output->scale = 1;
    if (st_json_type_of(value) != ST_JSON_OBJECT)
        return st_json_fail(json, value, err, "expected an object");
    int rc = st_json_only(json, value, known, err);
    if (rc == 0)
        rc = take_text(json, value, "name", false, &output->name, err);
    if (rc == 0)
        rc = st_json_get_number(json, value, "scale", false, 1e-9, 1e9, &output->scale,
                                err);
    if (rc == 0)
        rc =
            st_json_get_number(json, value, "zero", false, -1e9, 1e9, &output->zero, err);
    if (rc == 0)
        rc = st_json_get_array(json, value, "shape", false, 1, ST_MAX_TENSOR_RANK, &shape,
                               err);
    if (rc < 0 || !shape)
        return rc;
    output->rank = st_json_count(shape);
    for (size_t i = 0; i < output->rank && rc == 0; i++) {
        double dim = 0;
        rc = st_json_at_number(json, shape, i, -1, 1e8, &dim, err);
        output->dims[i] = (int64_t)dim;
    }
    return rc;
}

/* Names of the points that the outputs are about. */
static int parse_points(const st_json *json, const st_json_value *root, st_card *card,
                        stance_error *err)
{
    const st_json_value *points;
    int rc = st_json_get_array(json, root, "points", false, 1, ST_MAX_CARD_POINTS,
                               &points, err);
    for (size_t i = 0; rc == 0 && points && i < st_json_count(points); i++) {
        const char *name = NULL;
        rc = st_json_at_text(json, points, i, &name, err);
        if (rc < 0)
            break;
        card->points[i] = st_strdup(name);
        if (!card->points[i])
            return st_fail_memory(err);
        card->n_points = i + 1;
    }
    return rc;
}

static int parse_outputs(const st_json *json, const st_json_value *root, st_card *card,
                         stance_error *err)
{
    const st_json_value *outputs;
    int rc =
        st_json_get_array(json, root, "outputs", true, 1, ST_MAX_TENSORS, &outputs, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < st_json_count(outputs) && rc == 0; i++) {
        card->n_outputs = i + 1;
        rc = parse_output(json, st_json_at(outputs, i), &card->outputs[i], err);
    }
    return rc;
}

static int parse_measured(const st_json *json, const st_json_value *root, st_card *card,
                          stance_error *err)
{
    static const char *const known[] = {"ap", "ms", NULL};
    const st_json_value *measured;
    card->measured_ap = card->measured_ms = NAN;
    int rc = st_json_get_object(json, root, "measured", false, &measured, err);
    if (rc < 0 || !measured)
        return rc;
    rc = st_json_only(json, measured, known, err);
    if (rc == 0)
        rc = st_json_get_number(json, measured, "ap", false, 0, 1, &card->measured_ap,
                                err);
    if (rc == 0)
        rc = st_json_get_number(json, measured, "ms", false, 0, 1e6, &card->measured_ms,
                                err);
    return rc;
}

static int parse_texts(const st_json *json, const st_json_value *root, st_card *card,
                       stance_error *err)
{
    const struct {
        const char *member;
        bool required;
        char **to;
    } texts[] = {
        {"name", true, &card->name},
        {"title", true, &card->title},
        {"licence", true, &card->licence},
        {"licence_url", false, &card->licence_url},
        {"publisher", false, &card->publisher},
        {"homepage", false, &card->homepage},
        {"decoder", true, &card->decoder},
        {"skeleton", true, &card->skeleton},
        {"detector", false, &card->detector},
    };
    int rc = 0;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && rc == 0; i++)
        rc = take_text(json, root, texts[i].member, texts[i].required, texts[i].to, err);
    if (rc == 0 && !is_plain_name(card->name))
        rc = st_json_fail(json, root, err, "name: expected a plain name, found \"%.60s\"",
                          card->name);
    return rc;
}

static int parse_root(const st_json *json, st_card *card, stance_error *err)
{
    static const char *const known[] = {
        "schema",   "name",   "title",   "licence",  "licence_url", "publisher",
        "homepage", "people", "decoder", "skeleton", "points",      "detector",
        "files",    "input",  "outputs", "measured", "notes",       NULL};
    const st_json_value *root = st_json_root(json);
    const char *schema = NULL, *notes = NULL;
    if (st_json_type_of(root) != ST_JSON_OBJECT)
        return st_json_fail(json, root, err, "expected an object");
    int rc = st_json_get_text(json, root, "schema", true, &schema, err);
    if (rc == 0 && strcmp(schema, ST_CARD_SCHEMA) != 0)
        rc = st_json_fail(json, root, err, "schema: expected \"%s\", found \"%.40s\"",
                          ST_CARD_SCHEMA, schema);
    if (rc == 0)
        rc = st_json_only(json, root, known, err);
    if (rc == 0)
        rc = parse_texts(json, root, card, err);
    if (rc == 0)
        rc = st_json_get_text(json, root, "notes", false, &notes, err);
    if (rc == 0)
        rc = parse_word(json, root, "people", "one", "several", &card->several, err);
    if (rc == 0)
        rc = parse_measured(json, root, card, err);
    if (rc == 0)
        rc = parse_points(json, root, card, err);
    if (rc == 0)
        rc = parse_files(json, root, card, err);
    if (rc == 0)
        rc = parse_input(json, root, card, err);
    if (rc == 0)
        rc = parse_outputs(json, root, card, err);
    return rc;
}

static int parse(st_card *card, st_json *json, const char *name, stance_error *err)
{
    int rc = parse_root(json, card, err);
    if (rc == 0) {
        card->path = st_strdup(name);
        rc = card->path ? 0 : st_fail_memory(err);
    }
    st_json_close(&json);
    if (rc < 0)
        st_card_clear(card);
    return rc;
}

int st_card_parse(st_card *card, const char *text, size_t length, const char *name,
                  stance_error *err)
{
    st_json *json;
    memset(card, 0, sizeof(*card));
    int rc = st_json_parse(text, length, name, STANCE_EMODEL, &json, err);
    return rc < 0 ? rc : parse(card, json, name, err);
}

int st_card_open(st_card *card, const char *path, stance_error *err)
{
    st_json *json;
    memset(card, 0, sizeof(*card));
    int rc = st_json_open(path, ST_MAX_CARD_BYTES, STANCE_EMODEL, &json, err);
    return rc < 0 ? rc : parse(card, json, path, err);
}

void st_card_clear(st_card *card)
{
    char *const texts[] = {
        card->path,      card->name,     card->title,   card->licence,  card->licence_url,
        card->publisher, card->homepage, card->decoder, card->skeleton, card->detector};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        st_free(texts[i]);
    for (size_t i = 0; i < card->n_files; i++) {
        st_free(card->files[i].name);
        st_free(card->files[i].url);
        st_free(card->files[i].member);
        st_free(card->files[i].sha256);
    }
    for (size_t i = 0; i < card->n_outputs; i++)
        st_free(card->outputs[i].name);
    for (size_t i = 0; i < card->n_points; i++)
        st_free(card->points[i]);
    memset(card, 0, sizeof(*card));
}
