/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card as JSON: the user's own copy of a card, with the hashes that `stance models
 * import --trust` found. Reads back to the same card; `notes` are for people and stay
 * with the original.
 */
#include "model/card.h"

static void write_files(st_json_writer *w, const st_card *card)
{
    st_json_begin_array(w, "files", false);
    for (size_t i = 0; i < card->n_files; i++) {
        const st_card_file *f = &card->files[i];
        st_json_begin_object(w, NULL, false);
        st_json_write_text(w, "name", f->name);
        if (f->url)
            st_json_write_text(w, "url", f->url);
        if (f->member)
            st_json_write_text(w, "member", f->member);
        if (f->sha256)
            st_json_write_text(w, "sha256", f->sha256);
        if (f->bytes >= 0)
            st_json_write_int(w, "bytes", f->bytes);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

static void write_numbers(st_json_writer *w, const char *name, const float values[3])
{
    st_json_begin_array(w, name, true);
    for (int i = 0; i < 3; i++)
        st_json_write_number(w, NULL, (double)values[i], 9);
    st_json_end_array(w);
}

static void write_input(st_json_writer *w, const st_card *card)
{
    const st_sample_spec *in = &card->input;
    st_json_begin_object(w, "input", false);
    st_json_write_int(w, "width", in->width);
    st_json_write_int(w, "height", in->height);
    st_json_write_text(w, "layout", in->layout == ST_SAMPLE_NHWC ? "NHWC" : "NCHW");
    if (card->type_given)
        st_json_write_text(w, "type", in->type == ST_SAMPLE_U8 ? "u8" : "f32");
    st_json_write_text(w, "colour", in->bgr ? "BGR" : "RGB");
    write_numbers(w, "mean", in->mean);
    write_numbers(w, "scale", in->scale);
    st_json_begin_array(w, "pad", true);
    for (int i = 0; i < 3; i++)
        st_json_write_int(w, NULL, in->pad[i]);
    st_json_end_array(w);
    if (card->size_step)
        st_json_write_int(w, "multiples", card->size_step);
    if (in->edge)
        st_json_write_text(w, "border", "edge");
    st_json_end_object(w);
}

static void write_outputs(st_json_writer *w, const st_card *card)
{
    st_json_begin_array(w, "outputs", false);
    for (size_t i = 0; i < card->n_outputs; i++) {
        const st_card_output *out = &card->outputs[i];
        st_json_begin_object(w, NULL, true);
        if (out->name)
            st_json_write_text(w, "name", out->name);
        if (out->rank) {
            st_json_begin_array(w, "shape", true);
            for (size_t k = 0; k < out->rank; k++)
                st_json_write_int(w, NULL, out->dims[k]);
            st_json_end_array(w);
        }
        if (out->scale != 1)
            st_json_write_number(w, "scale", out->scale, 9);
        if (out->zero != 0)
            st_json_write_number(w, "zero", out->zero, 9);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

void st_card_write(const st_card *card, FILE *file)
{
    st_json_writer writer = {.file = file, .indent = true}, *w = &writer;
    st_json_begin_object(w, NULL, false);
    st_json_write_text(w, "schema", ST_CARD_SCHEMA);
    st_json_write_text(w, "name", card->name);
    st_json_write_text(w, "title", card->title);
    st_json_write_text(w, "licence", card->licence);
    if (card->licence_url)
        st_json_write_text(w, "licence_url", card->licence_url);
    if (card->publisher)
        st_json_write_text(w, "publisher", card->publisher);
    if (card->homepage)
        st_json_write_text(w, "homepage", card->homepage);
    st_json_write_text(w, "people", card->several ? "several" : "one");
    st_json_write_text(w, "decoder", card->decoder);
    st_json_write_text(w, "skeleton", card->skeleton);
    if (card->detector)
        st_json_write_text(w, "detector", card->detector);
    if (card->measured_ap >= 0 || card->measured_ms >= 0) {
        st_json_begin_object(w, "measured", true);
        if (card->measured_ap >= 0)
            st_json_write_number(w, "ap", card->measured_ap, 4);
        if (card->measured_ms >= 0)
            st_json_write_number(w, "ms", card->measured_ms, 3);
        st_json_end_object(w);
    }
    if (card->n_points > 0) {
        st_json_begin_array(w, "points", true);
        for (size_t i = 0; i < card->n_points; i++)
            st_json_write_text(w, NULL, card->points[i]);
        st_json_end_array(w);
    }
    write_files(w, card);
    write_input(w, card);
    write_outputs(w, card);
    st_json_end_object(w);
    fputc('\n', file);
}
