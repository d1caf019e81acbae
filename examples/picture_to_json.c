/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The joints of the person in one picture, as JSON:
 *
 *     picture_to_json photo.jpg photo.json
 *
 * The whole of it is a run with one input and one output: the library's own sink "json".
 * A video works the same way. The exit status is the one that `stance` itself would give.
 */
#include <stance/stance.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    stance_settings settings;
    stance_run *run = NULL;
    stance_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: picture_to_json PICTURE OUT.json\n");
        return 1;
    }
    const char *inputs[] = {argv[1]};
    const stance_output json = {stance_sink_find("json"), argv[2]};
    int rc = stance_settings_defaults(&settings);
    if (rc == 0)
        rc = stance_run_open(&run, &settings, &err);
    if (rc == 0)
        rc = stance_run_input(run, inputs, 1, &json, 1, NULL, NULL, &err);
    if (rc < 0)
        fprintf(stderr, "%s\n", err.code ? err.message : stance_status_text(rc));
    stance_run_close(&run);
    stance_settings_clear(&settings);
    return stance_status_exit(rc);
}
