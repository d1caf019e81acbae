/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API described: what is in its JSON, field by field.
 *
 * Joints and events are those of `stance schema`, in the flat form that generated clients
 * understand. tests/e2e/serve_described.py holds all of it against what is really sent.
 */
#include "api_openapi.h"

#include <stdlib.h>

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
    {"events", "string", 0,
     .help = "address of what happens in a video, where that was looked for"},
    {"report", "string", 0,
     .help = "address of what people do in a video, as a page, where that was asked for"},
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

enum { OF_DATABASE = 4 }; /* members that an event has there alone */

static const field event[] = {
    {"event", "integer", MUST, .help = "its number; later ones are higher"},
    {"run", "integer", MUST, .help = "number of the run that it belongs to"},
    {"source", "string", MUST | NULLS, .help = "the run's input as it was named"},
    {"run_began", "string", 0,
     .help = "when its input was first looked at: RFC 3339, in UTC"},
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
    {"frame", "integer", 0, .help = "index of the frame at start_ms"},
    {"x", "number", 0, .help = "where the person stood: pixels"},
    {"y", "number", .is = 0},
    {"people", "integer", 0, .help = "how many there were in that frame"},
    {"order", "integer", 0, .help = "the how-manieth that was looked at in it"},
    {"inference_ms", "number", 0, .help = "the network's time for this person"},
    {0}};

static const field job_event_summary[] = {
    {"events", "integer", MUST, .help = "elements of 'events'"},
    {"frames", "integer", MUST, .help = "that were looked at"},
    {"duration_ms", "number", .is = MUST},
    {"complete", "boolean", MUST, .help = "false: it was broken off"},
    {0}};

static const field job_events[] = {
    {"schema", "string", .is = MUST, .word = events_form},
    {"source", "string", MUST, .help = "what the file is called"},
    {"model", "string", MUST, .help = "the network"},
    {"clock", "string", MUST | NULLS, .help = "of the first frame; null: not known"},
    {"events", "JobEvent", MUST | LIST, .help = "as they were noticed"},
    {"summary", "JobEventSummary", .is = MUST},
    {0}};

static const field events[] = {
    {"schema", "string", .is = MUST, .word = events_form},
    {"events", "Event", .is = MUST | LIST},
    {"next", "string", MUST | NULLS,
     .help = "'after' of the next page; null: this is the last"},
    {0}};

/* ---- skeletons ---- */

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
    {"JobEvent", "members that are not known are left out", event + OF_DATABASE},
    {"JobEventSummary", NULL, job_event_summary},
    {"JobEvents", "what happens in a video", job_events},
    {0},
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
    for (const object *o = objects; o->name; o++)
        add_object(j, o);
    for (const object *o = openapi_poses; o->name; o++)
        add_object(j, o);
    json_open(j, "Settings", '{');
    json_string(j, "type", "object");
    json_string(j, "description", "options and their values");
    json_open(j, "additionalProperties", '{');
    json_string(j, "type", "string");
    json_close(j, '{');
    json_close(j, '{');
    json_open(j, "Analysis", '{');
    json_string(j, "type", "object");
    json_string(j, "description",
                "with 'analyse': of each analysis its measures, less those not known");
    json_open(j, "additionalProperties", '{');
    json_string(j, "type", "object");
    json_open(j, "additionalProperties", '{');
    json_open(j, "type", '[');
    json_string(j, NULL, "number");
    json_string(j, NULL, "string");
    json_close(j, '[');
    json_close(j, '{');
    json_close(j, '{');
    json_close(j, '{');
    json_open(j, "Description", '{');
    json_string(j, "type", "object");
    json_string(j, "description", "OpenAPI 3.1");
    json_close(j, '{');
    json_close(j, '{');
}
