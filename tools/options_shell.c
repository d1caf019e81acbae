/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion scripts for bash, zsh and fish: commands, their options, the options'
 * choices, and files everywhere else.
 *
 * All three are made from the same tables as the help. Choices are completed where the
 * row has them; after an option that names a file, and where an input is expected, the
 * shell completes files by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cmd_options.h"

/* Call `fn` for each option of a command. */
static void each_option(text *t, const command *c,
                        void (*fn)(text *t, const command *c, const stance_option *row))
{
    if (!c->groups)
        return;
    for (const stance_option_group *g = c->groups(); g->title; g++)
        for (const stance_option *row = g->rows; row->name; row++)
            fn(t, c, row);
}

/* "eval pose" as one word of a script: "eval-pose". */
static void add_word(text *t, const char *name)
{
    for (const char *c = name; *c; c++)
        text_add_bytes(t, *c == ' ' ? "-" : c, 1);
}

static void add_choice_names(text *t, const stance_option *row, const char *between)
{
    for (const stance_choice *c = row->choices; c->name; c++)
        text_addf(t, "%s%s", c == row->choices ? "" : between, c->name);
}

/* Words for a place inside double or single quotes; what would end them is left out. */
static void add_plain(text *t, const char *words)
{
    for (const char *c = words; *c; c++)
        if (!strchr("'\"`$\\[]:", *c))
            text_add_bytes(t, c, 1);
        else if (*c == ':')
            text_add(t, ",");
}

/* True when --no-NAME is worth completing. */
static bool is_on(const stance_option *row)
{
    return row->type == STANCE_OPTION_BOOL && row->preset &&
           strcmp(row->preset, "yes") == 0;
}

/* ---- bash ---- */

static void bash_name(text *t, const command *c, const stance_option *row)
{
    (void)c;
    text_addf(t, " --%s", row->name);
    if (row->letter)
        text_addf(t, " -%c", row->letter);
    if (is_on(row))
        text_addf(t, " --no-%s", row->name);
}

static void bash_choices(text *t, const command *c, const stance_option *row)
{
    if (!row->choices)
        return;
    text_add(t, "        ");
    add_word(t, c->name);
    text_addf(t, ":--%s) words=\"", row->name);
    add_choice_names(t, row, " ");
    text_add(t, "\" ;;\n");
}

static void bash_values(text *t, const command *c, const stance_option *row)
{
    if (row->type == STANCE_OPTION_BOOL || row->choices)
        return;
    text_add(t, t->data[t->n - 1] == ' ' ? "" : "|");
    add_word(t, c->name);
    text_addf(t, ":--%s", row->name);
    if (row->letter) {
        text_add(t, "|");
        add_word(t, c->name);
        text_addf(t, ":-%c", row->letter);
    }
}

/* `stance eval pose` has options of its own. */
static void bash_subs(text *t)
{
    const command *c;
    text_add(t, "    case \"$command ${COMP_WORDS[2]}\" in\n        ");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        if (strchr(c->name, ' '))
            text_addf(t, "%s'%s'", t->data[t->n - 1] == ' ' ? "" : "|", c->name);
    text_add(t, ")\n"
                "            ((COMP_CWORD > 2)) && command+=-${COMP_WORDS[2]} ;;\n"
                "    esac\n");
}

void options_bash(text *t)
{
    const command *c;
    text_add(t,
             "# SPDX-License-Identifier: Apache-2.0\n"
             "# bash completion for stance; made by 'stance options --completion "
             "bash'.\n"
             "_stance() {\n"
             "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
             "    local command=${COMP_WORDS[1]} words=''\n"
             "    # --name=value arrives as three words\n"
             "    [[ $cur == = ]] && cur=''\n"
             "    [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
             "    COMPREPLY=()\n");
    bash_subs(t);
    text_add(t, "    if ((COMP_CWORD == 1)); then\n"
                "        words='--help --version");
    for (c = commands; c->name; c++)
        text_addf(t, " %s", c->name);
    text_add(t, "'\n"
                "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
                "        return\n"
                "    fi\n"
                "    case $command:$prev in\n");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        each_option(t, c, bash_choices);
    text_add(t, "        ");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++)
        each_option(t, c, bash_values);
    text_add(t, ")\n"
                "            mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
                "            compopt -o filenames\n"
                "            return ;;\n"
                "    esac\n"
                "    if [[ -z $words ]]; then\n"
                "        case $command in\n");
    for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
        text_add(t, "            ");
        add_word(t, c->name);
        text_addf(t, ") words='--help%s%s", c->words ? " " : "",
                  c->words ? c->words : "");
        each_option(t, c, bash_name);
        text_add(t, "' ;;\n");
    }
    text_add(
        t,
        "        esac\n"
        "        # an input: files, unless an option is begun\n"
        "        if [[ $cur != -* ]] && { [[ $command == run ]] || ((COMP_CWORD > 2)); "
        "}; then\n"
        "            mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
        "            compopt -o filenames\n"
        "            return\n"
        "        fi\n"
        "    fi\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
        "}\n"
        "complete -F _stance stance\n");
}

/* ---- zsh ---- */

static void zsh_option(text *t, const command *c, const stance_option *row)
{
    (void)c;
    const char *value = option_value_name(row);
    text_add(t, "                '");
    if (row->letter)
        text_addf(t, "(-%c --%s)'{-%c,--%s}'", row->letter, row->name, row->letter,
                  row->name);
    else
        text_addf(t, "--%s", row->name);
    text_add(t, "[");
    add_plain(t, row->help);
    text_add(t, "]");
    if (*value) {
        text_add(t, ":");
        add_plain(t, value);
        text_add(t, ":");
        if (row->choices) {
            text_add(t, "(");
            add_choice_names(t, row, " ");
            text_add(t, ")");
        } else if (row->type == STANCE_OPTION_STRING) {
            text_add(t, "_files");
        }
    }
    text_add(t, "' \\\n");
    if (is_on(row))
        text_addf(t, "                '--no-%s[off]' \\\n", row->name);
}

/* @param words that may stand first; NULL: none */
static void zsh_arguments(text *t, const command *c, const char *words)
{
    text_add(t, "            _arguments \\\n");
    each_option(t, c, zsh_option);
    text_add(t, "                '--help[what the command does, and its options]'");
    if (words)
        text_addf(t, " \\\n                '1:what:(%s)' '*:file:_files'", words);
    else if (strcmp(c->name, "run") == 0)
        text_add(t, " \\\n                '*:input:_files'");
    text_add(t, " ;;\n");
}

static void zsh_subs(text *t, const command *c)
{
    text_add(t, "            case $words[2] in\n");
    for (const command *sub = c->subs; sub->name; sub++) {
        text_addf(t, "            %s)\n", strchr(sub->name, ' ') + 1);
        zsh_arguments(t, sub, c->words);
    }
    text_add(t, "            *)\n");
    zsh_arguments(t, c, c->words);
    text_add(t, "            esac ;;\n");
}

void options_zsh(text *t)
{
    text_add(t, "#compdef stance\n"
                "# SPDX-License-Identifier: Apache-2.0\n"
                "# zsh completion for stance; made by 'stance options --completion "
                "zsh'.\n"
                "_stance() {\n"
                "    local state line\n"
                "    typeset -A opt_args\n"
                "    _arguments -C '--help[help]' '--version[the version]' "
                "'1:command:->command' '*::argument:->argument'\n"
                "    case $state in\n"
                "    command)\n"
                "        local -a names=(\n");
    for (const command *c = commands; c->name; c++) {
        text_addf(t, "            '%s:", c->name);
        add_plain(t, c->line);
        text_add(t, "'\n");
    }
    text_add(t, "        )\n"
                "        _describe command names ;;\n"
                "    argument)\n"
                "        case $line[1] in\n");
    for (const command *c = commands; c->name; c++) {
        text_addf(t, "        %s)\n", c->name);
        if (c->subs)
            zsh_subs(t, c);
        else
            zsh_arguments(t, c, c->words);
    }
    text_add(t, "        esac ;;\n"
                "    esac\n"
                "}\n"
                "if [ \"$funcstack[1]\" = _stance ]; then _stance \"$@\"; else compdef "
                "_stance stance; fi\n");
}

/* ---- fish ---- */

/* "eval pose": both words were typed. */
static void fish_begin(text *t, const command *c)
{
    const char *sub = strchr(c->name, ' ');
    text_addf(t, "complete -c stance -n '__fish_seen_subcommand_from %.*s",
              (int)strcspn(c->name, " "), c->name);
    if (sub)
        text_addf(t, "; and __fish_seen_subcommand_from%s", sub);
    text_add(t, "'");
}

static void fish_option(text *t, const command *c, const stance_option *row)
{
    fish_begin(t, c);
    text_addf(t, " -l %s", row->name);
    if (row->letter)
        text_addf(t, " -s %c", row->letter);
    if (row->choices) {
        text_add(t, " -x -a '");
        add_choice_names(t, row, " ");
        text_add(t, "'");
    } else if (row->type == STANCE_OPTION_STRING) {
        text_add(t, " -r -F");
    } else if (row->type != STANCE_OPTION_BOOL) {
        text_add(t, " -x");
    }
    text_add(t, " -d '");
    add_plain(t, row->help);
    text_add(t, "'\n");
    if (is_on(row)) {
        fish_begin(t, c);
        text_addf(t, " -l no-%s -d off\n", row->name);
    }
}

void options_fish(text *t)
{
    text_add(t, "# SPDX-License-Identifier: Apache-2.0\n"
                "# fish completion for stance; made by 'stance options --completion "
                "fish'.\n"
                "complete -c stance -n __fish_use_subcommand -f -l help -d help\n"
                "complete -c stance -n __fish_use_subcommand -f -l version -d 'the "
                "version'\n");
    for (const command *c = commands; c->name; c++) {
        text_addf(t, "complete -c stance -n __fish_use_subcommand -f -a %s -d '",
                  c->name);
        add_plain(t, c->line);
        text_add(t, "'\n");
    }
    const command *c;
    for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
        if (c->words) {
            fish_begin(t, c);
            text_addf(t, " -f -a '%s'\n", c->words);
        }
        if (!strchr(c->name, ' ')) {
            fish_begin(t, c);
            text_add(t, " -l help -d 'what the command does, and its options'\n");
        }
        each_option(t, c, fish_option);
    }
}
