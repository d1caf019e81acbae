/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Part of the library in builds with sanitizers only: what was loaded stays loaded.
 *
 * OpenVINO, SDL and drivers load further libraries and unload them again. What those
 * leak is then reported for a place that is no longer there, "<unknown module>", and no
 * line of lsan.supp can name it. This dlclose() is found before the system's.
 */
__attribute__((visibility("default"))) int dlclose(void *handle);

int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
