/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts that are in none of our tables, made of the names of their points.
 *
 * Partners are found by "left_" and "right_". A point has the OKS sigma that a known
 * layout gives to its name, else a shoulder's, as in the tables. Bones are not known.
 */
#include "pose/skeleton_own.h"

#include <string.h>

#include "base/memory.h"

static const float other_sigma = 0.079F;

const stance_skeleton *st_skeleton_of_names(const char *const *names, size_t n)
{
    const stance_skeleton *s;
    for (size_t i = 0; (s = stance_skeleton_at(i)); i++) {
        size_t k = 0;
        while (s->n_keypoints == n && k < n && strcmp(s->names[k], names[k]) == 0)
            k++;
        if (s->n_keypoints == n && k == n)
            return s;
    }
    return NULL;
}

static float sigma_of(const char *name)
{
    const stance_skeleton *s;
    for (size_t i = 0; (s = stance_skeleton_at(i)); i++) {
        int k = stance_skeleton_point(s, name);
        if (k >= 0)
            return s->sigmas[k];
    }
    return other_sigma;
}

static size_t partner_of(const stance_skeleton *s, size_t k)
{
    static const char *const sides[2] = {"left_", "right_"};
    for (int side = 0; side < 2; side++) {
        size_t n = strlen(sides[side]), m = strlen(sides[!side]);
        for (size_t i = 0; i < s->n_keypoints; i++)
            if (strncmp(s->names[k], sides[side], n) == 0 &&
                strncmp(s->names[i], sides[!side], m) == 0 &&
                strcmp(s->names[k] + n, s->names[i] + m) == 0)
                return i;
    }
    return k;
}

int st_skeleton_make(st_skeleton_own *own, const char *name, const char *const *names,
                     size_t n, const stance_skeleton **out)
{
    *out = n > 0 ? st_skeleton_of_names(names, n) : NULL;
    if (*out)
        return 0;
    if (n > STANCE_KEYPOINTS_MAX)
        return STANCE_EINVAL;
    st_skeleton_own_clear(own);
    own->name = st_strdup(name);
    own->names = st_alloc_array(n ? n : 1, sizeof(*own->names));
    if (!own->name || !own->names)
        return STANCE_ENOMEM;
    stance_skeleton *s = &own->skeleton;
    *s = (stance_skeleton){.name = own->name,
                           .names = (const char *const *)own->names,
                           .mirror = own->mirror,
                           .sigmas = own->sigmas};
    for (size_t k = 0; k < n; k++) {
        if (!*names[k] || stance_skeleton_point(s, names[k]) >= 0)
            return STANCE_EINVAL;
        own->names[k] = st_strdup(names[k]);
        if (!own->names[k])
            return STANCE_ENOMEM;
        s->n_keypoints = k + 1;
        own->sigmas[k] = sigma_of(names[k]);
    }
    for (size_t k = 0; k < n; k++)
        own->mirror[k] = (uint8_t)partner_of(s, k);
    *out = s;
    return 0;
}

void st_skeleton_own_clear(st_skeleton_own *own)
{
    for (size_t k = 0; k < own->skeleton.n_keypoints; k++)
        st_free(own->names[k]);
    st_free(own->names);
    st_free(own->name);
    *own = (st_skeleton_own){0};
}
