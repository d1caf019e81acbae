/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance models`: what networks there are, and how they come to this machine.
 *
 * One function a sub-command; all of them look at one open store. Downloads show their
 * progress on a terminal, and Ctrl-C keeps what has arrived for the next time.
 */
#include "cmd_models.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "stop.h"

typedef struct models_settings {
    bool json;
    char *trust;
    say_settings say;
} models_settings;

static const stance_option rows[] = {
    {.name = "json",
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(models_settings, json),
     .preset = "no",
     .help = "list and info: print JSON"},
    {.name = "trust",
     .type = STANCE_OPTION_STRING,
     .offset = offsetof(models_settings, trust),
     .value_name = "NAME",
     .help =
         "import: take the files of an unpinned network by name, and pin their sha256"},
    {0},
};

static const stance_option_group groups[] = {
    {"Options", rows, 0}, {"Messages", say_options, offsetof(models_settings, say)}, {0}};

const stance_option_group *models_groups(void)
{
    return groups;
}

/* ---- list and info ---- */

static const char *state_word(stance_model_state state)
{
    static const char *const words[] = {
        [STANCE_MODEL_ABSENT] = "not here",
        [STANCE_MODEL_PRESENT] = "here",
        [STANCE_MODEL_ALTERED] = "altered",
        [STANCE_MODEL_UNPINNED] = "unpinned",
    };
    return words[state];
}

static const char *where_word(const stance_store_model *m)
{
    return m->built_in ? "built in" : state_word(m->state);
}

static int64_t bytes_of(const stance_store_model *m)
{
    int64_t sum = 0;
    for (size_t i = 0; i < m->n_files; i++) {
        if (m->files[i].bytes < 0)
            return -1;
        sum += m->files[i].bytes;
    }
    return sum;
}

static void add_size(text *t, int64_t bytes)
{
    if (bytes < 0)
        text_add(t, "-");
    else
        text_addf(t, "%.1f MB", (double)bytes / 1e6);
}

static const char *people_word(const stance_store_model *m)
{
    return m->boxes ? "boxes" : m->several ? "several" : "one";
}

/* A measured number, or that there is none. */
static void add_measured(text *t, int width, double value)
{
    if (isnan(value))
        text_addf(t, " %*s", width, "-");
    else
        text_addf(t, " %*.1f", width, value);
}

static void add_row(text *t, const stance_store_model *m)
{
    text size = {0};
    add_size(&size, bytes_of(m));
    text_addf(t, "%-32s %-9s %-7s", m->name, where_word(m), people_word(m));
    if (m->boxes)
        text_addf(t, " %6s", "-");
    else
        text_addf(t, " %6zu", m->n_points);
    add_measured(t, 5, 100 * m->ap);
    add_measured(t, 6, m->ms);
    text_addf(t, " %9s  %s\n", size.data, m->licence);
    free(size.data);
}

static void add_choices(text *t, const char *start, const char *const *names)
{
    for (const char *before = start; names && *names; before = ", else ")
        text_addf(t, "%s%s", before, *names++);
}

static void add_aliases(text *t)
{
    const stance_model_alias *alias;
    text_add(t, "\nGood choices, as --model takes them:\n");
    for (size_t i = 0; (alias = stance_model_alias_at(i)) != NULL; i++) {
        text_addf(t, "  %-9s %s\n", alias->name, alias->help);
        add_choices(t, "            ", alias->models);
        add_choices(t, ";\n            people found by ", alias->detectors);
        text_add(t, "\n");
    }
    text_add(t,
             "Of several the first that is here is taken. Without --model it is "
             "'" STANCE_MODEL_DEFAULT "'.\n"
             "\nAP: of COCO's kind, on 84 photos, a network for one person being shown "
             "each; ms: one thread,\none look. docs/accuracy.md tells more.\n");
}

static void add_json(json_text *j, const stance_store_model *m)
{
    json_open(j, NULL, '{');
    json_string(j, "name", m->name);
    json_string(j, "title", m->title);
    json_string(j, "state", state_word(m->state));
    json_bool(j, "built_in", m->built_in);
    json_string(j, "people", m->several ? "several" : "one");
    json_bool(j, "boxes", m->boxes);
    json_int(j, "points", (int64_t)m->n_points);
    json_number(j, "ap", m->ap, 4);
    json_number(j, "ms", m->ms, 3);
    if (m->detector)
        json_string(j, "detector", m->detector);
    json_string(j, "decoder", m->decoder);
    json_string(j, "skeleton", m->skeleton);
    json_int(j, "input_width", m->input_width);
    json_int(j, "input_height", m->input_height);
    json_string(j, "licence", m->licence);
    json_string(j, "licence_url", m->licence_url);
    json_string(j, "publisher", m->publisher);
    json_string(j, "homepage", m->homepage);
    json_string(j, "card", m->card_path);
    json_open(j, "files", '[');
    for (size_t i = 0; i < m->n_files; i++) {
        const stance_store_file *f = &m->files[i];
        json_open(j, NULL, '{');
        json_string(j, "name", f->name);
        json_string(j, "url", f->url);
        if (f->member)
            json_string(j, "member", f->member);
        json_string(j, "sha256", f->sha256);
        if (f->bytes >= 0)
            json_int(j, "bytes", f->bytes);
        json_string(j, "path", f->path);
        json_close(j, '{');
    }
    json_close(j, '[');
    json_close(j, '{');
}

static void add_info(text *t, const stance_store_model *m)
{
    text_addf(t, "%s: %s\n", m->name, m->title);
    text_addf(t, "  on this machine  %s\n", where_word(m));
    text_addf(t, "  people           %s\n", people_word(m));
    if (m->detector)
        text_addf(t, "  detector         %s\n", m->detector);
    if (!m->boxes)
        text_addf(t, "  skeleton         %s, %zu points\n", m->skeleton, m->n_points);
    if (!isnan(m->ap))
        text_addf(t, "  measured         AP %.1f%s\n", 100 * m->ap,
                  m->several ? "" : ", shown each person");
    if (!isnan(m->ms))
        text_addf(t, "  time             %.1f ms of one thread\n", m->ms);
    text_addf(t, "  input            %d x %d\n", m->input_width, m->input_height);
    text_addf(t, "  licence          %s%s%s%s\n", m->licence, m->licence_url ? " (" : "",
              m->licence_url ? m->licence_url : "", m->licence_url ? ")" : "");
    if (m->publisher)
        text_addf(t, "  publisher        %s\n", m->publisher);
    if (m->homepage)
        text_addf(t, "  home             %s\n", m->homepage);
    text_addf(t, "  card             %s\n", m->card_path);
    for (size_t i = 0; i < m->n_files; i++) {
        const stance_store_file *f = &m->files[i];
        text_addf(t, "  file             %s (", f->name);
        add_size(t, f->bytes);
        text_addf(t, ")\n    from           %s\n",
                  f->url        ? f->url
                  : m->built_in ? "a part of stance"
                                : "no address");
        text_addf(t, "    sha256         %s\n",
                  f->sha256 ? f->sha256 : "not given by the publisher");
        text_addf(t, "    path           %s\n", f->path ? f->path : "not here");
    }
}

static int list(stance_store *store, const models_settings *s)
{
    text out = {0};
    json_text j = {.pretty = true};
    size_t n = stance_store_count(store);
    const stance_store_model *m;
    int rc = 0;
    json_open(&j, NULL, '[');
    text_addf(&out, "%-32s %-9s %-7s %6s %5s %6s %9s  %s\n", "NAME", "STATE", "PEOPLE",
              "POINTS", "AP", "MS", "SIZE", "LICENCE");
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = stance_store_at(store, i, &m);
        if (rc < 0)
            break;
        add_json(&j, m);
        add_row(&out, m);
    }
    json_close(&j, '[');
    add_aliases(&out);
    text_add(&j.text, "\n");
    int status = print_out(s->json ? j.text.data : out.data);
    free(j.text.data);
    free(out.data);
    return rc < 0 ? stance_status_exit(rc) : status;
}

static int info(stance_store *store, const models_settings *s, const char *name)
{
    const stance_store_model *m;
    stance_error err;
    if (stance_store_find(store, name, &m, &err) < 0)
        return say_error("models", &err);
    text out = {0};
    if (s->json) {
        json_text j = {.pretty = true};
        add_json(&j, m);
        out = j.text;
        text_add(&out, "\n");
    } else {
        add_info(&out, m);
    }
    int status = print_out(out.data);
    free(out.data);
    return status;
}

static int path(stance_store *store)
{
    text out = {0};
    const char *folder;
    for (size_t i = 0; (folder = stance_store_folder(store, i)) != NULL; i++)
        text_addf(&out, "%s\n", folder);
    int status = print_out(out.data ? out.data : "");
    free(out.data);
    return status;
}

/* ---- fetch, verify, import ---- */

static bool on_progress(void *user, const char *file, int64_t done, int64_t total)
{
    (void)user;
    text line = {0};
    text_addf(&line, "%s: %.1f", file, (double)done / 1e6);
    if (total > 0)
        text_addf(&line, " of %.1f MB  %d%%", (double)total / 1e6,
                  (int)(100.0 * (double)done / (double)total));
    else
        text_add(&line, " MB");
    say_progress(line.data);
    free(line.data);
    return !stop_asked();
}

static int fetch_one(stance_store *store, const char *name)
{
    stance_error err;
    const stance_store_model *m;
    if (stance_store_find(store, name, &m, &err) < 0)
        return say_error("models", &err);
    if (m->state == STANCE_MODEL_PRESENT) {
        say(STANCE_LOG_INFO, "models", "%s: already here: %s", name, m->files[0].path);
        return 0;
    }
    int rc = stance_store_fetch(store, name, on_progress, NULL, &err);
    say_progress("");
    if (rc < 0)
        return say_error("models", &err);
    if (stance_store_find(store, name, &m, &err) == 0)
        say(STANCE_LOG_INFO, "models", "%s: downloaded and checked: %s", name,
            m->files[0].path);
    return 0;
}

/* A network, and the detector that it cannot do without. */
static int fetch(stance_store *store, const char *name)
{
    stance_error err;
    const stance_store_model *m;
    if (stance_store_find(store, name, &m, &err) < 0)
        return say_error("models", &err);
    text detector = {0};
    if (m->detector)
        text_add(&detector, m->detector);
    int status = fetch_one(store, name);
    if (status == 0 && detector.data)
        status = fetch_one(store, detector.data);
    free(detector.data);
    return status;
}

static int verify_one(stance_store *store, const char *name)
{
    stance_error err;
    if (stance_store_verify(store, name, &err) < 0)
        return say_error("models", &err);
    say(STANCE_LOG_INFO, "models", "%s: every file is the card's", name);
    return 0;
}

/* Without a name: all that are (or should be) on this machine. */
static int verify_all(stance_store *store)
{
    strings names = {0};
    const stance_store_model *m;
    int first = 0;
    for (size_t i = 0; i < stance_store_count(store); i++)
        if (stance_store_at(store, i, &m) == 0 &&
            (m->state == STANCE_MODEL_PRESENT || m->state == STANCE_MODEL_ALTERED))
            strings_add(&names, m->name);
    for (size_t i = 0; i < names.n; i++) {
        int status = verify_one(store, names.at[i]);
        first = first ? first : status;
    }
    if (names.n == 0)
        say(STANCE_LOG_INFO, "models", "no network is on this machine");
    strings_clear(&names);
    return first;
}

static int import(stance_store *store, const models_settings *s, const char *dir)
{
    stance_error err;
    size_t n = 0;
    if (stance_store_import(store, dir, s->trust, &n, &err) < 0)
        return say_error("models", &err);
    say(STANCE_LOG_INFO, "models", "%s: %zu file%s taken", dir, n, n == 1 ? "" : "s");
    return 0;
}

/* ---- the command ---- */

enum { NO_WORD, ONE_WORD, MAYBE_WORDS, MANY_WORDS };

static const struct {
    const char *name;
    int words;
    const char *what;
} actions[] = {
    {"list", NO_WORD, ""},           {"info", ONE_WORD, " NAME"},
    {"fetch", MANY_WORDS, " NAME"},  {"verify", MAYBE_WORDS, ""},
    {"import", ONE_WORD, " FOLDER"}, {"path", NO_WORD, ""},
};

static int check_words(const strings *words, stance_error *err)
{
    if (words->n == 0)
        return fail(err, STANCE_EINVAL,
                    "expected list, info, fetch, verify, import or path; see 'stance "
                    "models --help'");
    nearest near = {.name = words->at[0]};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        nearest_try(&near, actions[i].name);
        if (strcmp(words->at[0], actions[i].name) != 0)
            continue;
        size_t n = words->n - 1;
        bool fits = actions[i].words == NO_WORD      ? n == 0
                    : actions[i].words == ONE_WORD   ? n == 1
                    : actions[i].words == MANY_WORDS ? n >= 1
                                                     : true;
        return fits ? 0
                    : fail(err, STANCE_EINVAL,
                           "expected 'stance models %s%s', found %zu further words",
                           actions[i].name, actions[i].what, n);
    }
    return fail(err, STANCE_EINVAL,
                "'%s': expected list, info, fetch, verify, import or "
                "path%s%s%s",
                words->at[0], near.found ? "; did you mean '" : "",
                near.found ? near.found : "", near.found ? "'?" : "");
}

static int act_on(stance_store *store, const char *action, const models_settings *s,
                  const char *name)
{
    return strcmp(action, "info") == 0    ? info(store, s, name)
           : strcmp(action, "fetch") == 0 ? fetch(store, name)
                                          : verify_one(store, name);
}

/* Of the choices of an alias, the best is fetched; otherwise it is about the one that
 * --model takes. */
static int act_on_choice(stance_store *store, const char *action,
                         const models_settings *s, const char *const *names)
{
    const stance_store_model *m;
    stance_error err;
    if (strcmp(action, "fetch") == 0)
        return act_on(store, action, s, names[0]);
    if (stance_store_choose(store, names, &m, &err) < 0)
        return say_error("models", &err);
    return act_on(store, action, s, m->name);
}

/* An alias stands for one network or two. */
static int act_on_all(stance_store *store, const char *action, const models_settings *s,
                      const char *name)
{
    const stance_model_alias *alias = stance_model_alias_find(name);
    if (!alias)
        return act_on(store, action, s, name);
    bool list = s->json && strcmp(action, "info") == 0; /* one document all the same */
    int status = list ? print_out("[") : 0;
    if (status == 0)
        status = act_on_choice(store, action, s, alias->models);
    if (status == 0 && alias->detectors && list)
        status = print_out(",");
    if (status == 0 && alias->detectors)
        status = act_on_choice(store, action, s, alias->detectors);
    return status == 0 && list ? print_out("]\n") : status;
}

static int act(const cli_line *line, void *settings)
{
    const models_settings *s = settings;
    const strings *words = &line->words;
    stance_store *store;
    stance_error err;
    if (check_words(words, &err) < 0 || stance_store_open(&store, &err) < 0)
        return say_error("models", &err);
    const char *action = words->at[0];
    int status = 0;
    if (strcmp(action, "list") == 0)
        status = list(store, s);
    else if (strcmp(action, "path") == 0)
        status = path(store);
    else if (strcmp(action, "import") == 0)
        status = import(store, s, words->at[1]);
    else if (strcmp(action, "verify") == 0 && words->n == 1)
        status = verify_all(store);
    else
        for (size_t i = 1; i < words->n && status == 0; i++)
            status = act_on_all(store, action, s, words->at[i]);
    stance_store_close(&store);
    return status;
}

int cmd_models(int argc, char **argv)
{
    models_settings s = {0};
    stop_install();
    return command_run(argc, argv, &s, act);
}
