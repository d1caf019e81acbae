/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run came to: the progress line, the closing words, and the times by stage.
 *
 * The share of a stage is its part of the time of all stages; stages overlap, so shares
 * say where the work is, and "limits" says which thread the others waited for.
 */
#include "report.h"

#include <math.h>
#include <stdlib.h>

void add_seconds(text *t, double seconds)
{
    if (seconds < 59.95) {
        text_addf(t, "%.1f s", seconds);
        return;
    }
    long whole = lround(seconds);
    if (whole < 3600)
        text_addf(t, "%ld min %02ld s", whole / 60, whole % 60);
    else
        text_addf(t, "%ld h %02ld min", whole / 3600, whole % 3600 / 60);
}

static double seconds_of(int64_t us)
{
    return (double)us / 1e6;
}

static void add_place(text *t, int64_t pts_us)
{
    long long s = pts_us / 1000000;
    if (s >= 3600)
        text_addf(t, "%lld:%02lld:%02lld", s / 3600, s % 3600 / 60, s % 60);
    else
        text_addf(t, "%lld:%02lld", s / 60, s % 60);
}

/* How much is done, 0 to 1; below 0: not known. */
static double part_done(const stance_progress *p)
{
    if (p->duration_us > 0 && p->pts_us > 0)
        return fmin((double)p->pts_us / (double)p->duration_us, 1);
    if (p->n_frames > 0)
        return fmin((double)p->frames / (double)p->n_frames, 1);
    return -1;
}

void progress_line(text *t, const char *label, const stance_progress *p, double elapsed_s)
{
    double part = part_done(p);
    text_addf(t, "%s  ", label);
    if (part >= 0)
        text_addf(t, "%3.0f%%  ", floor(part * 100));
    if (p->n_frames > 0)
        text_addf(t, "%lld of %lld frames", (long long)p->frames, (long long)p->n_frames);
    else
        text_addf(t, "%lld frames", (long long)p->frames);
    if (p->fps > 0)
        text_addf(t, "  %.*f fps", p->fps < 10 ? 1 : 0, p->fps);
    if (part > 0.005 && elapsed_s > 0.5) {
        text_add(t, "  ");
        add_seconds(t, elapsed_s * (1 - part) / part);
        text_add(t, " left");
    } else if (part < 0) {
        text_add(t, "  ");
        add_place(t, p->pts_us);
    }
    if (p->dropped > 0)
        text_addf(t, "  %lld dropped", (long long)p->dropped);
}

void progress_json(text *t, const char *label, const stance_progress *p)
{
    json_text j = {0};
    json_open(&j, NULL, '{');
    json_open(&j, "progress", '{');
    json_string(&j, "input", label);
    json_int(&j, "frames", p->frames);
    if (p->n_frames > 0)
        json_int(&j, "n_frames", p->n_frames);
    else
        json_string(&j, "n_frames", NULL);
    json_number(&j, "fps", p->fps, 1);
    json_int(&j, "dropped", p->dropped);
    if (p->latency_us >= 0)
        json_number(&j, "latency_ms", (double)p->latency_us / 1000, 1);
    json_close(&j, '{');
    json_close(&j, '{');
    text_add(t, j.text.data);
    text_add(t, "\n");
    free(j.text.data);
}

static double frames_a_second(const stance_summary *summary, const stance_stats *stats)
{
    return stats->wall_us > 0 ? (double)summary->frames_out / seconds_of(stats->wall_us)
                              : 0;
}

static void add_count(text *t, int64_t n, const char *what)
{
    if (n > 0)
        text_addf(t, ", %lld %s", (long long)n, what);
}

void report_words(text *t, const char *noun, const stance_summary *summary,
                  const stance_stats *stats, bool chosen)
{
    text_addf(t, "%lld %s%s in ", (long long)summary->frames_out, noun,
              summary->frames_out == 1 ? "" : "s");
    add_seconds(t, seconds_of(stats->wall_us + stats->open_us));
    if (summary->frames_out > 1)
        text_addf(t, " (%.1f a second)", frames_a_second(summary, stats));
    add_count(t, summary->skipped, "skipped");
    add_count(t, summary->dropped, "dropped");
    add_count(t, summary->lost, "lost");
    add_count(t, summary->decode_errors, "decode errors");
    add_count(t, summary->repaired_times, "times repaired");
    if (summary->people_seen > summary->people_most)
        text_addf(t, "; followed %lld of up to %lld people%s",
                  (long long)summary->people_most, (long long)summary->people_seen,
                  chosen ? "" : ": --people all takes all");
}

/* What is to be computed, spread evenly: less time it cannot take. */
static double bound_s(const stance_stats *stats)
{
    return fmax(1e-6, seconds_of(stats->cpu_us) / stats->cores);
}

static double share_of(const stance_stats *stats, int stage)
{
    int64_t all = 0;
    for (int s = 0; s < STANCE_STAGE_COUNT; s++)
        all += stats->stage[s].total_us;
    return all > 0 ? (double)stats->stage[stage].total_us / (double)all : 0;
}

void report_table(text *t, const char *label, const stance_summary *summary,
                  const stance_stats *stats)
{
    static const char *const threads[3] = {"decoding", "inference",
                                           "drawing and encoding"};
    text_addf(t, "%s\n  %-12s %9s %9s %7s\n", label, "stage", "median", "95th pct",
              "share");
    for (int s = 0; s < STANCE_STAGE_COUNT; s++) {
        const stance_stage_stats *stage = &stats->stage[s];
        if (stage->n == 0)
            continue;
        text_addf(t, "  %-12s %6.2f ms %6.2f ms %5.1f %%%s\n",
                  stance_stage_name((stance_stage)s), stage->median_ms, stage->p95_ms,
                  100 * share_of(stats, s), s == stats->limit ? "  <- limits" : "");
    }
    text_add(t, "  busy:");
    for (int i = 0; i < 3; i++)
        text_addf(t, "%s %s %.0f %%", i ? "," : "", threads[i], 100 * stats->busy[i]);
    text_addf(t, "\n  %lld frames, %.1f a second; opened in %.2f s, ran for %.2f s; ",
              (long long)summary->frames_out, frames_a_second(summary, stats),
              seconds_of(stats->open_us), seconds_of(stats->wall_us));
    text_addf(t, "latency %.1f ms, 95th pct %.1f ms\n",
              (double)stats->latency_median_us / 1000,
              (double)stats->latency_p95_us / 1000);
    if (stats->wall_us > 0 && !stats->live)
        text_addf(
            t, "  bound: %.2f s with %d core%s always busy; the run took %.2f x that\n",
            bound_s(stats), stats->cores, stats->cores == 1 ? "" : "s",
            seconds_of(stats->wall_us) / bound_s(stats));
}

static void add_summary(json_text *j, const stance_summary *summary)
{
    json_open(j, "summary", '{');
    json_int(j, "frames_in", summary->frames_in);
    json_int(j, "frames_out", summary->frames_out);
    json_int(j, "dropped", summary->dropped);
    json_int(j, "skipped", summary->skipped);
    json_int(j, "lost", summary->lost);
    json_int(j, "decode_errors", summary->decode_errors);
    json_int(j, "repaired_times", summary->repaired_times);
    json_int(j, "people_seen", summary->people_seen);
    json_bool(j, "complete", summary->complete);
    json_close(j, '{');
}

void report_json(json_text *j, const char *key, const char *label,
                 const stance_summary *summary, const stance_stats *stats, int rc)
{
    static const char *const threads[3] = {"decode", "inference", "output"};
    json_open(j, key, '{');
    json_string(j, "input", label);
    json_int(j, "exit", stance_status_exit(rc));
    json_int(j, "frames", summary->frames_out);
    json_number(j, "fps", frames_a_second(summary, stats), 3);
    json_number(j, "open_ms", (double)stats->open_us / 1000, 3);
    json_number(j, "wall_ms", (double)stats->wall_us / 1000, 3);
    json_number(j, "cpu_ms", (double)stats->cpu_us / 1000, 3);
    json_int(j, "cores", stats->cores);
    json_number(j, "bound_ms", stats->live ? NAN : 1000 * bound_s(stats), 3);
    json_number(j, "latency_median_ms", (double)stats->latency_median_us / 1000, 3);
    json_number(j, "latency_p95_ms", (double)stats->latency_p95_us / 1000, 3);
    json_string(j, "limit",
                summary->frames_out > 0 ? stance_stage_name((stance_stage)stats->limit)
                                        : NULL);
    json_open(j, "stages", '{');
    for (int s = 0; s < STANCE_STAGE_COUNT; s++) {
        const stance_stage_stats *stage = &stats->stage[s];
        json_open(j, stance_stage_name((stance_stage)s), '{');
        json_int(j, "n", stage->n);
        json_number(j, "median_ms", stage->median_ms, 4);
        json_number(j, "p95_ms", stage->p95_ms, 4);
        json_number(j, "total_ms", (double)stage->total_us / 1000, 3);
        json_number(j, "share", share_of(stats, s), 4);
        json_close(j, '{');
    }
    json_close(j, '{');
    json_open(j, "busy", '{');
    for (int i = 0; i < 3; i++)
        json_number(j, threads[i], stats->busy[i], 4);
    json_close(j, '{');
    add_summary(j, summary);
    json_close(j, '{');
}
