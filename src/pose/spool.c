/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Poses in a temporary file, as they lie in memory: it is read back by the same process
 * and never seen by anybody else. It loses its name at once, so nothing is left behind,
 * whatever happens; it lies where TMPDIR says.
 */
#include "pose/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"

struct st_spool {
    FILE *file;
};

typedef struct record {
    int64_t frame;
    const stance_skeleton *skeleton; /* static, so the same in this process */
    size_t n;
} record;

static int fail_file(stance_error *err)
{
    return st_fail(err, STANCE_EOUTPUT, "the temporary file for poses: %s",
                   strerror(errno));
}

int st_spool_open(st_spool **out, stance_error *err)
{
    st_spool *spool = *out = st_alloc(sizeof(*spool));
    if (!spool)
        return st_fail_memory(err);
    int rc = st_file_temporary(&spool->file, err);
    if (rc < 0)
        st_spool_close(out);
    return rc;
}

void st_spool_close(st_spool **spool)
{
    if (!*spool)
        return;
    if ((*spool)->file)
        fclose((*spool)->file);
    st_free(*spool);
    *spool = NULL;
}

int st_spool_write(st_spool *spool, int64_t frame, const stance_poses *poses,
                   stance_error *err)
{
    record head;
    memset(&head, 0, sizeof(head));
    head.frame = frame;
    head.skeleton = poses->skeleton;
    head.n = poses->n;
    bool ok = fwrite(&head, sizeof(head), 1, spool->file) == 1;
    for (size_t i = 0; i < poses->n && ok; i++) {
        const stance_pose *pose = &poses->people[i];
        size_t k = poses->skeleton->n_keypoints;
        ok = fwrite(pose, sizeof(*pose), 1, spool->file) == 1 &&
             fwrite(pose->keypoints, sizeof(*pose->keypoints), k, spool->file) == k;
    }
    return ok ? 0 : fail_file(err);
}

int st_spool_rewind(st_spool *spool, stance_error *err)
{
    return fflush(spool->file) == 0 && fseek(spool->file, 0, SEEK_SET) == 0
               ? 0
               : fail_file(err);
}

int st_spool_read(st_spool *spool, int64_t frame, stance_poses *poses, stance_error *err)
{
    record head;
    poses->n = 0;
    if (fread(&head, sizeof(head), 1, spool->file) != 1 || head.frame != frame)
        return st_fail(err, STANCE_EINPUT,
                       "frame %lld: the input is not what it was when it was looked at "
                       "for the first time",
                       (long long)frame);
    if (head.n == 0)
        return 0;
    if (stance_poses_reset(poses, head.skeleton, head.n) < 0)
        return st_fail_memory(err);
    size_t k = head.skeleton->n_keypoints;
    for (size_t i = 0; i < head.n; i++) {
        stance_pose *pose = &poses->people[i];
        stance_keypoint *points = pose->keypoints;
        bool ok = fread(pose, sizeof(*pose), 1, spool->file) == 1;
        pose->keypoints = points;
        if (!ok || fread(points, sizeof(*points), k, spool->file) != k) {
            poses->n = 0;
            return fail_file(err);
        }
    }
    return 0;
}
