/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of commands: what `stance --help`, the manual, the completions and main()
 * know of them.
 *
 * A new command is a cmd_*.c with one function, and a row here.
 */
#include <string.h>

#include "cmd_convert.h"
#include "cmd_devices.h"
#include "cmd_eval.h"
#include "cmd_events.h"
#include "cmd_mannequin.h"
#include "cmd_models.h"
#include "cmd_options.h"
#include "cmd_serve.h"
#include "run_options.h"
#include "tools.h"

static const stance_option_group no_groups[] = {{0}};

static const stance_option_group *no_options(void)
{
    return no_groups;
}

static const char *const run_examples[] = {
    "stance run walk.mp4",
    "writes walk.pose.mp4 and walk.pose.json into the current folder",
    "stance run walk.mp4 -o out.mp4 --json out.json --stats",
    "names the outputs, and prints the time taken by each stage",
    "stance run walk.mp4 --json - | jq '.frames[0].keypoints[0]'",
    "JSON only, to another program",
    "stance run clips/ -o annotated/ --json joints/ --skip-existing",
    "every video below clips/, resumed where it was broken off",
    "stance run photos/*.jpg --json photos.json",
    "pictures together: one JSON",
    "stance run 'mannequin:squats?people=2' -o squats.mp4 --json squats.json",
    "drawn people; see 'stance mannequin --list'",
    "stance run camera:0 --show",
    "what the camera sees, in a window, until q, Esc or Ctrl-C",
    NULL,
};

static const char *const mannequin_examples[] = {
    "stance mannequin --list",
    "the scenes there are",
    "stance mannequin squats",
    "draws squats.mp4, and writes squats.truth.json",
    "stance mannequin walk --people 3 --camera high --seconds 20 -o walk.mp4",
    "another camera, more people, the clip alone",
    "stance mannequin fall --joints",
    "the same with the true joints drawn over it",
    "stance run 'mannequin:walk?people=3' --json found.json --truth truth.json",
    "what a network finds, and what is true",
    NULL,
};

static const char *const models_examples[] = {
    "stance models list",
    "which networks are known, and which are on this machine",
    "stance models fetch balanced",
    "downloads what --model balanced takes, checked by its sha256",
    "stance models import ~/Downloads",
    "takes in what is known by its sha256",
    NULL,
};

static const char *const serve_examples[] = {
    "stance serve",
    "listens at http://127.0.0.1:8080",
    "curl --data-binary @photo.jpg http://127.0.0.1:8080/api/pose",
    "the joints in a picture",
    "curl -F file=@walk.mp4 http://127.0.0.1:8080/api/jobs",
    "a video as a job; its address is in the answer",
    "stance serve --bind 0.0.0.0:8080 --token-file token.txt",
    "for other machines, which have to show the token",
    NULL,
};

static const char *const devices_examples[] = {
    "stance devices",
    "what this machine can use",
    "stance devices --all",
    "every decoder and encoder, not only the usual ones",
    "stance devices --json",
    "the same for programs",
    NULL,
};

static const char *const events_examples[] = {
    "stance run camera:0 --events events.db",
    "keeps what happens; nothing else is written",
    "stance events events.db -f",
    "shows it while it happens",
    "stance events events.db --since -2h --kind enter,exit",
    "who came and went in the last two hours",
    "stance events events.db --runs",
    "which inputs were looked at, and when",
    "stance events events.db --since 2026-11-21 --format csv -o saturday.csv",
    "for a spreadsheet",
    "stance events events.db --format json --limit 50 --after time:1795204800000000:4711",
    "the next page; the one before said where it begins",
    NULL,
};

static const char *const convert_examples[] = {
    "stance convert walk.json -o walk.csv",
    "a table for pandas, R or a spreadsheet",
    "stance convert walk.json -o walk.trc",
    "for OpenSim; walk_id1.trc and so on where there are several people",
    "stance convert openpose/ --fps 30 --size 1920x1080 -o walk.json",
    "OpenPose's folder; it says neither times nor the picture's size",
    "stance convert found.json --to mot -o found.txt",
    "boxes and ids for tools that measure tracking",
    "stance convert walk.json --to ndjson -o - | jq .frame_index",
    "a frame a line, to another program",
    NULL,
};

static const char *const schema_examples[] = {
    "stance schema > stance.schema.json",
    "to check results with any JSON Schema validator",
    "stance schema events",
    "the same for events as JSON",
    NULL,
};

static const char *const options_examples[] = {
    "stance options --man > stance.1",
    "the manual page",
    "stance options --completion bash > /etc/bash_completion.d/stance",
    "completion of commands, options and their choices",
    NULL,
};

const command commands[] = {
    {
        .name = "run",
        .line = "find poses in videos, pictures, cameras and streams",
        .run = cmd_run,
        .usage = "INPUT... [-o OUT.mp4] [--json OUT.json] [options]",
        .text =
            "Finds the joints of people in each frame of INPUT, and writes an annotated "
            "video or picture (-o), the joints as JSON (--json), or both.\n\n"
            "INPUT is a video, a picture, a folder, a pattern such as 'clips/*.mp4', a "
            "camera (camera:0), a URL, drawn people (mannequin:squats), or - for "
            "standard "
            "input. With no output named, "
            "walk.mp4 gives walk.pose.mp4 and walk.pose.json in the current folder. With "
            "several videos, -o and --json name folders. Pictures given together are one "
            "run with one JSON; -o then names a folder for the annotated pictures. "
            "--json writes other forms as well, by its ending or --format. "
            "Ctrl-C ends in good order and keeps what was done.",
        .groups = run_groups,
        .examples = run_examples,
    },
    {
        .name = "mannequin",
        .line = "draw people: clips whose truth is known exactly",
        .run = cmd_mannequin,
        .usage = "SCENE [options] | --list",
        .text =
            "Draws a clip of people who do what the scene says, without any network, "
            "and writes what is true of each frame: joints in the picture and in "
            "metres, which of them are hidden, who is who, and what happens. With "
            "no output named, SCENE.mp4 and SCENE.truth.json. The same options give "
            "the same pictures on every machine. A scene is also an input of every "
            "other command: 'mannequin:SCENE?people=2&seconds=5', with the same names "
            "as below.",
        .groups = mannequin_groups,
        .examples = mannequin_examples,
    },
    {
        .name = "models",
        .line = "list, download and check networks",
        .run = cmd_models,
        .usage =
            "list | info NAME | fetch NAME... | verify [NAME...] | import DIR | path",
        .text = "Shows which networks stance knows, and brings them to this machine. A "
                "network is used only if its sha256 is the one its card gives.",
        .groups = models_groups,
        .words = "list info fetch verify import path",
        .examples = models_examples,
    },
    {
        .name = "eval",
        .line = "measure poses and identities, beside labels",
        .run = cmd_eval,
        .usage = "pose | track [options]",
        .text = "Compares what was found with what people labelled, by the measures that "
                "are usual for it.",
        .words = "pose track",
        .subs = eval_words,
    },
    {
        .name = "events",
        .line = "read the events database: who came, who went, what happened",
        .run = cmd_events,
        .usage = "ADDRESS [options]",
        .text =
            "Shows, follows and exports what 'stance run --events ADDRESS' has stored. "
            "ADDRESS is a file, or a PostgreSQL server: "
            "postgresql://user@host/database.\n\n"
            "Events are in the order of their clock time; for those of files whose clock "
            "time is not known, when they were looked at stands in for it. A page that "
            "is not the last says where the next one begins (--after). Reading never "
            "keeps a run that writes to the database waiting.",
        .groups = events_groups,
        .examples = events_examples,
    },
    {
        .name = "convert",
        .line = "convert files of poses between formats",
        .run = cmd_convert,
        .usage = "FILE -o FILE [options]",
        .text =
            "Reads poses in one form and writes them in another, frame by frame and of "
            "any length: stance's own JSON and its stream of lines, tables (CSV), COCO's "
            "results, OpenPose's folders, MOTChallenge's boxes, TRC for biomechanics and "
            "BVH for animation. What a form cannot hold is left out, and said.\n\n"
            "FILE may be - for standard input or output, but for openpose, trc and bvh, "
            "which write files of their own.",
        .groups = convert_groups,
        .examples = convert_examples,
    },
    {
        .name = "devices",
        .line = "show what this machine can use: processors, codecs, hardware",
        .run = cmd_devices,
        .usage = "[options]",
        .text = "Shows the devices that networks can run on (run --device), the video "
                "decoders and encoders (run --encoder), and hardware decoding (run "
                "--hwaccel) that can be used on this machine.",
        .no_words = true,
        .groups = devices_groups,
        .examples = devices_examples,
    },
    {
        .name = "schema",
        .line = "print the JSON Schema of the results",
        .run = cmd_schema,
        .usage = "[events]",
        .text =
            "Prints the JSON Schema that describes what 'stance run --json' writes, or "
            "what --events-json and 'stance events --format json' write.",
        .groups = no_options,
        .words = "events",
        .examples = schema_examples,
    },
    {
        .name = "serve",
        .line = "answer requests over HTTP: pictures at once, videos as jobs",
        .run = cmd_serve,
        .usage = "[options]",
        .text =
            "Serves the HTTP API until Ctrl-C: POST a picture to /api/pose, videos to "
            "/api/jobs; live sources are at /api/streams and /video_feed. Files are "
            "looked at by processes of their own that may take "
            "so much time and memory and have no network. Uploads are removed as "
            "soon as they were looked at, results after --keep. Without --bind only "
            "this machine can reach it.",
        .no_words = true,
        .groups = serve_groups,
        .examples = serve_examples,
    },
    {
        .name = "options",
        .line = "print the manual and shell completions (for packagers)",
        .run = cmd_options,
        .usage = "[--markdown | --man | --completion SHELL]",
        .text = "Prints all commands and options as a document, a manual page, or a "
                "completion script, made from the same tables that the program reads.",
        .no_words = true,
        .groups = options_groups,
        .examples = options_examples,
    },
    {0},
};

const command *command_at(size_t n)
{
    for (const command *c = commands; c->name; c++) {
        if (n-- == 0)
            return c;
        for (const command *sub = c->subs; sub && sub->name; sub++)
            if (n-- == 0)
                return sub;
    }
    return NULL;
}

const command *command_find(const char *name)
{
    const command *c;
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
