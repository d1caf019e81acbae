/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API described: what is in its JSON, field by field.
 *
 * Joints and events are those of `stance schema`, in the flat form that generated clients
 * understand. tests/e2e/serve_described.py holds all of it against what is really sent.
 */
#include "api_openapi.h"

#include <stdlib.h>

enum {
    MUST = 1,  /* always there */
    NULLS = 2, /* may be null */
    LIST = 4   /* of such values */
};

typedef struct field {
    const char *name;
    const char *type; /**< of JSON, or one of the schemas below */
    int is;
    int n; /**< of a list: so many; 0: any number */
    const char *help;
    const char *(*word)(int); /**< it is one of these, NULL behind the last */
} field;

typedef struct object {
    const char *name, *help;
    const field *fields;
} object;

/* ---- words ---- */

static const char *job_word(int state)
{
    return state <= JOB_CANCELLED ? job_state_name(state) : NULL;
}

static const char *job_kind(int kind)
{
    static const char *const words[] = {"video", "picture", NULL};
    return words[kind];
}

static const char *stream_word(int state)
{
    return state <= STREAM_FAILED ? stream_state_name(state) : NULL;
}

static const char *mode(int mode)
{
    static const char *const words[] = {"single", "multi", NULL};
    return words[mode];
}

static const char *visibility(int visibility)
{
    static const char *const words[] = {"visible", "hidden-by-self", "hidden-by-others",
                                        "outside", NULL};
    return words[visibility];
}

static const char *option_type(int type)
{
    static const char *const words[] = {"boolean", "integer", "number", "string", NULL};
    return words[type];
}

static const char *events_form(int form)
{
    static const char *const words[] = {"stance-events/1", NULL};
    return words[form];
}

static const char *poses_form(int form)
{
    static const char *const words[] = {"stance/1", NULL};
    return words[form];
}

/* ---- what is told of the server ---- */

static const field problem[] = {
    {"type", "string", MUST, .help = "about:blank: the status says it"},
    {"title", "string", MUST, .help = "a few words"},
    {"status", "integer", MUST, .help = "as in the reply's first line"},
    {"detail", "string", MUST, .help = "what was expected, what was found, what to do"},
    {0}};

static const field version[] = {{"name", "string", MUST, .help = "stance"},
                                {"version", "string", MUST, .help = "of the server"},
                                {0}};

static const field model[] = {
    {"name", "string", MUST, .help = "as the options 'model' and 'detector' take it"},
    {"title", "string", MUST | NULLS, .help = "what its makers call it"},
    {"state", "string", MUST, .help = "whether its files are here, and as they should be",
     .word = api_model_state},
    {"finds", "string", MUST, .help = "one person, several, or boxes around them",
     .word = api_model_finds},
    {"skeleton", "string", MUST | NULLS, .help = "which points; null: none"},
    {"licence", "string", MUST | NULLS, .help = "its name"},
    {"licence_url", "string", MUST | NULLS, .help = "its text"},
    {"bytes", "integer", MUST | NULLS, .help = "of its files; null: not known"},
    {"ap", "number", MUST | NULLS, .help = "as measured by its makers; null: not known"},
    {0}};

static const field models[] = {{"models", "Model", MUST | LIST, .help = "those known"},
                               {0}};

static const field transfer[] = {
    {"file", "string", MUST, .help = "which one is being downloaded"},
    {"bytes", "integer", MUST, .help = "so far"},
    {"total", "integer", MUST | NULLS, .help = "in the end; null: not known"},
    {0}};

static const field fetched[] = {
    {"name", "string", MUST, .help = "the network"},
    {"error", "string", MUST | NULLS, .help = "why it is not here; null: it is"},
    {0}};

static const field option[] = {
    {"name", "string", MUST, .help = "of the parameter"},
    {"type", "string", MUST, .help = "what its value is", .word = option_type},
    {"help", "string", MUST, .help = "what it does"},
    {"range", "string", MUST | NULLS, .help = "in words"},
    {"default", "string", MUST | NULLS, .help = "null: as the help says"},
    {"choices", "string", LIST, .help = "where it is one or some of these"},
    {0}};

static const field options[] = {
    {"options", "Option", MUST | LIST, .help = "those that requests may set"}, {0}};

/* ---- jobs ---- */

static const field results[] = {
    {"json", "string", MUST, .help = "address of the joints"},
    {"csv", "string", MUST, .help = "the same as a table"},
    {"video", "string", 0, .help = "address of the annotated video"},
    {"picture", "string", 0, .help = "of a picture: address of the annotated one"},
    {"input", "string", 0, .help = "address of the upload, where it is kept"},
    {0}};

static const field job[] = {
    {"id", "string", MUST, .help = "for its addresses"},
    {"state", "string", MUST, .help = "where it stands", .word = job_word},
    {"name", "string", MUST, .help = "of its file; empty where none was told"},
    {"kind", "string", MUST, .help = "what it works on", .word = job_kind},
    {"frames", "integer", MUST, .help = "looked at so far"},
    {"frame_count", "integer", MUST | NULLS, .help = "of all; null: not known (yet)"},
    {"fps", "number", 0, .help = "while it runs: frames looked at in a second"},
    {"created", "string", MUST | NULLS, .help = "RFC 3339, in UTC"},
    {"started", "string", MUST | NULLS, .help = "null: not yet"},
    {"ended", "string", MUST | NULLS, .help = "null: not yet"},
    {"error", "string", MUST | NULLS,
     .help = "why it failed, or what is wrong with its file"},
    {"screenshots", "integer", 0, .help = "when it is done: how many there are"},
    {"results", "Results", 0, .help = "when it is done"},
    {0}};

static const field jobs[] = {
    {"jobs", "Job", MUST | LIST, .help = "the newest first"},
    {"next", "integer", MUST | NULLS,
     .help = "'before' of the next page; null: this is the last"},
    {0}};

/* ---- streams ---- */

static const field stream_fields[] = {
    {"id", "string", MUST, .help = "for its addresses"},
    {"state", "string", MUST, .help = "where it stands", .word = stream_word},
    {"kind", "string", MUST, .help = "what its source is", .word = api_stream_kind},
    {"source", "string", MUST, .help = "as it was named, without passwords"},
    {"options", "Settings", MUST, .help = "those that were set for it"},
    {"created", "string", MUST | NULLS, .help = "RFC 3339, in UTC"},
    {"frames", "integer", MUST, .help = "looked at"},
    {"dropped", "integer", MUST, .help = "too old by the time they could be looked at"},
    {"fps", "number", MUST, .help = "frames looked at in a second"},
    {"latency_ms", "number", MUST | NULLS,
     .help = "from when a frame came to when its joints were there, in the last seconds: "
             "median"},
    {"latency_most_ms", "number", MUST | NULLS, .help = "the longest of these"},
    {"gaps", "integer", MUST, .help = "how often it was lost"},
    {"retry_s", "number", 0, .help = "where it is lost: until it is tried again"},
    {"error", "string", MUST | NULLS, .help = "why it is lost, or has failed"},
    {0}};

static const field streams[] = {
    {"streams", "Stream", MUST | LIST, .help = "the oldest first"}, {0}};

/* ---- events ---- */

static const field event[] = {
    {"event", "integer", MUST, .help = "its number; later ones are higher"},
    {"run", "integer", MUST, .help = "number of the run that it belongs to"},
    {"source", "string", MUST | NULLS, .help = "the run's input as it was named"},
    {"kind", "string", MUST,
     .help =
         "enter, exit, dwell, zone, line, fall, rep, posture, gap; others may be added"},
    {"id", "integer", MUST | NULLS,
     .help = "of the person; null: of nobody in particular"},
    {"place", "string", 0, .help = "name of the zone or line"},
    {"label", "string", 0, .help = "in, out, left, right, squat, standing, ..."},
    {"start_ms", "number", 0, .help = "since the source's first frame"},
    {"turn_ms", "number", 0,
     .help = "of a repetition: lowest, highest or furthest point"},
    {"depth", "number", 0,
     .help =
         "of a repetition: how far it went, in the exercise's own measure at turn_ms"},
    {"end_ms", "number", 0,
     .help = "the same as start_ms for what happens in one moment"},
    {"stay_ms", "number", 0, .help = "how long they had been there"},
    {"clock", "string", 0, .help = "start_ms by the clock: RFC 3339, in UTC"},
    {"run_began", "string", 0,
     .help = "when its input was first looked at: RFC 3339, in UTC"},
    {"frame", "integer", 0, .help = "index of the frame at start_ms"},
    {"x", "number", 0, .help = "where the person stood: pixels"},
    {"y", "number", .is = 0},
    {"people", "integer", 0, .help = "how many there were in that frame"},
    {"order", "integer", 0, .help = "the how-manieth that was looked at in it"},
    {"inference_ms", "number", 0, .help = "the network's time for this person"},
    {0}};

static const field events[] = {
    {"schema", "string", .is = MUST, .word = events_form},
    {"events", "Event", .is = MUST | LIST},
    {"next", "string", MUST | NULLS,
     .help = "'after' of the next page; null: this is the last"},
    {0}};

/* ---- joints ---- */

static const field keypoint[] = {
    {"name", "string", .is = MUST},
    {"x", "number", MUST | NULLS,
     .help = "pixels; null: the network did not give the point"},
    {"y", "number", .is = MUST | NULLS},
    {"z", "number", 0, .help = "pixels behind the middle of the hips"},
    {"score", "number", MUST, .help = "0 to 1"},
    {"world", "number", LIST, .help = "x, y, z: metres from the middle of the hips",
     .n = 3},
    {"visibility", "string", 0, .help = "where it is known", .word = visibility},
    {"raw", "number", LIST, .help = "x, y before they were smoothed", .n = 2},
    {"interpolated", "boolean", 0, .help = "true: filled in between other frames"},
    {"swapped", "boolean", 0,
     .help = "true: left and right look exchanged since the last frame"},
    {0}};

static const field person[] = {
    {"id", "integer", MUST | NULLS,
     .help = "the same number for the same person; null: not "
             "followed"},
    {"score", "number", MUST, .help = "0 to 1"},
    {"box", "number", MUST | LIST, .help = "x, y, width, height in pixels", .n = 4},
    {"interpolated", "boolean", 0, .help = "true: filled in between other frames"},
    {"position", "number", LIST, .help = "middle of the hips: metres from the camera",
     .n = 3},
    {"keypoints", "Keypoint", .is = MUST | LIST},
    {0}};

static const field frame[] = {
    {"frame_index", "integer", MUST, .help = "number of the frame in the source, from 0"},
    {"timestamp_ms", "number", MUST | NULLS,
     .help = "since the first frame; null for pictures"},
    {"file", "string", 0, .help = "for pictures: what it is called"},
    {"interpolated", "boolean", 0, .help = "true: from, or between, other frames"},
    {"people", "Person", LIST, .help = "in the mode multi"},
    {"pose_score", "number", NULLS,
     .help = "in the mode single: 0 to 1; null: nobody was found"},
    {"id", "integer", 0, .help = "in the mode single: as of a Person"},
    {"position", "number", LIST, .help = "in the mode single: as of a Person", .n = 3},
    {"keypoints", "Keypoint", LIST,
     .help = "in the mode single; empty: nobody was found"},
    {0}};

static const field meta[] = {
    {"fps", "number", MUST | NULLS,
     .help = "of the source, on average; null for pictures"},
    {"width", "integer", MUST | NULLS, .help = "pixels of the upright picture"},
    {"height", "integer", .is = MUST | NULLS},
    {"frame_count", "integer", MUST | NULLS, .help = "elements of 'frames'"},
    {"duration_ms", "number", MUST | NULLS,
     .help = "of what was looked at; null for pictures"},
    {"start_ms", "number", MUST | NULLS, .help = "the first frame's own time"},
    {"rotation_applied", "integer", MUST, .help = "degrees clockwise: 0, 90, 180 or 270"},
    {"source", "string", MUST, .help = "what the file is called"},
    {"model", "string", MUST | NULLS, .help = "the network"},
    {"skeleton", "string", MUST, .help = "which points"},
    {"mode", "string", MUST, .help = "one person at most, or any number", .word = mode},
    {0}};

static const field summary[] = {
    {"frames_in", "integer", MUST,
     .help = "of the source: the next three and 'lost' together"},
    {"frames_out", "integer", MUST, .help = "elements of 'frames'"},
    {"dropped", "integer", MUST, .help = "too old"},
    {"skipped", "integer", MUST, .help = "left out by option"},
    {"lost", "integer", MUST, .help = "could not be decoded"},
    {"decode_errors", "integer", MUST, .help = "corrupt packets"},
    {"interpolated", "integer", MUST, .help = "part of frames_out"},
    {"repaired_times", "integer", MUST,
     .help = "frames whose time was missing or backward"},
    {"people_seen", "integer", 0, .help = "the most in one frame"},
    {"duration_ms", "number", MUST | NULLS, .help = "null for pictures"},
    {"complete", "boolean", MUST, .help = "false: it was broken off"},
    {0}};

static const field poses[] = {{"schema", "string", .is = MUST, .word = poses_form},
                              {"meta", "Meta", .is = MUST},
                              {"keypoint_format", "string", MUST | LIST,
                               .help = "names of the points, in their order"},
                              {"frames", "Frame", .is = MUST | LIST},
                              {"summary", "Summary", .is = MUST},
                              {0}};

static const field bone[] = {
    {"from", "integer", MUST, .help = "number of a keypoint, from 0"},
    {"to", "integer", .is = MUST},
    {0}};

static const field skeleton[] = {
    {"name", "string", .is = MUST},
    {"keypoints", "string", MUST | LIST, .help = "names, in their order"},
    {"bones", "Bone", MUST | LIST, .help = "lines that are drawn"},
    {"mirror", "integer", MUST | LIST,
     .help =
         "number of the same keypoint on the other side; its own where there is none"},
    {0}};

static const field skeletons[] = {{"skeletons", "Skeleton", .is = MUST | LIST}, {0}};

/* ---- all of them ---- */

static const object objects[] = {
    {"Problem", "RFC 9457", problem},
    {"Version", NULL, version},
    {"Model", "a network", model},
    {"Models", NULL, models},
    {"Transfer", "how far a download is", transfer},
    {"Fetched", "the end of a download", fetched},
    {"Option", "what requests may set", option},
    {"Options", NULL, options},
    {"Bone", NULL, bone},
    {"Skeleton", "keypoints, and how they are drawn", skeleton},
    {"Skeletons", NULL, skeletons},
    {"Results", "addresses", results},
    {"Job", "a video or picture that is worked on", job},
    {"Jobs", "a page", jobs},
    {"Stream", "a live source", stream_fields},
    {"Streams", NULL, streams},
    {"Event", "members that are not known are left out", event},
    {"Events", "a page", events},
    {"Keypoint", NULL, keypoint},
    {"Person", NULL, person},
    {"Frame", "who is in a frame or picture", frame},
    {"Meta", "what was looked at", meta},
    {"Summary", "counts of frames", summary},
    {"Poses", "joints of a whole video or picture, as `stance schema` says", poses},
};

/* ---- writing ---- */

void openapi_add_schema_reference(json_text *j, const char *key, const char *schema)
{
    char *at = must_format("#/components/schemas/%s", schema);
    json_open(j, key, '{');
    json_string(j, "$ref", at);
    json_close(j, '{');
    free(at);
}

static bool is_schema(const field *f)
{
    return f->type[0] >= 'A' && f->type[0] <= 'Z';
}

/* Members of a schema that is no list. */
static void add_type(json_text *j, const field *f)
{
    if (f->is & NULLS) {
        json_open(j, "type", '[');
        json_string(j, NULL, f->type);
        json_string(j, NULL, "null");
        json_close(j, '[');
    } else {
        json_string(j, "type", f->type);
    }
    if (!f->word)
        return;
    json_open(j, "enum", '[');
    for (int i = 0; f->word(i); i++)
        json_string(j, NULL, f->word(i));
    json_close(j, '[');
}

static void add_list(json_text *j, const field *f)
{
    json_string(j, "type", "array");
    if (is_schema(f)) {
        openapi_add_schema_reference(j, "items", f->type);
    } else {
        json_open(j, "items", '{');
        json_string(j, "type", f->type);
        json_close(j, '{');
    }
    if (f->n) {
        json_int(j, "minItems", f->n);
        json_int(j, "maxItems", f->n);
    }
}

static void add_field(json_text *j, const field *f)
{
    if (is_schema(f) && !(f->is & LIST)) {
        openapi_add_schema_reference(j, f->name, f->type);
        return;
    }
    json_open(j, f->name, '{');
    if (f->help)
        json_string(j, "description", f->help);
    if (f->is & LIST)
        add_list(j, f);
    else
        add_type(j, f);
    json_close(j, '{');
}

static void add_object(json_text *j, const object *s)
{
    json_open(j, s->name, '{');
    json_string(j, "type", "object");
    if (s->help)
        json_string(j, "description", s->help);
    json_open(j, "properties", '{');
    for (const field *f = s->fields; f->name; f++)
        add_field(j, f);
    json_close(j, '{');
    json_open(j, "required", '[');
    for (const field *f = s->fields; f->name; f++)
        if (f->is & MUST)
            json_string(j, NULL, f->name);
    json_close(j, '[');
    json_close(j, '{');
}

void openapi_add_schemas(json_text *j)
{
    json_open(j, "schemas", '{');
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
        add_object(j, &objects[i]);
    json_open(j, "Settings", '{');
    json_string(j, "type", "object");
    json_string(j, "description", "options and their values");
    json_open(j, "additionalProperties", '{');
    json_string(j, "type", "string");
    json_close(j, '{');
    json_close(j, '{');
    json_open(j, "Description", '{');
    json_string(j, "type", "object");
    json_string(j, "description", "OpenAPI 3.1");
    json_close(j, '{');
    json_close(j, '{');
}
