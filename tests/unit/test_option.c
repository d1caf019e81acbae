/* SPDX-License-Identifier: Apache-2.0 */
/* Options as rows: defaults, values from text, the same values as text again, and
 * messages. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/option.h"
#include "stance/option.h"

typedef struct inner {
    bool flag;
    int64_t whole, size;
    double number, time;
} inner;

typedef struct outer {
    int before;
    inner in;
    char *text;
    int choice, flags;
    int rect[4];
} outer;

static const stance_choice animals[] = {{"cat", 3, NULL}, {"dog", 5, NULL}, {0}};
static const stance_choice parts[] = {
    {"none", 0, NULL}, {"a", 1, NULL}, {"b", 2, NULL}, {"c", 4, NULL}, {0}};

#define IN(field) offsetof(inner, field)
#define OUT(field) offsetof(outer, field)

static const stance_option inner_rows[] = {
    {.name = "flag",
     .letter = 'f',
     .type = STANCE_OPTION_BOOL,
     .offset = IN(flag),
     .preset = "yes"},
    {.name = "whole",
     .type = STANCE_OPTION_INT,
     .offset = IN(whole),
     .preset = "7",
     .min = 1,
     .max = 99},
    {.name = "size", .type = STANCE_OPTION_SIZE, .offset = IN(size), .preset = "2k"},
    {.name = "number",
     .type = STANCE_OPTION_NUMBER,
     .offset = IN(number),
     .preset = "0.25",
     .min = 0,
     .max = 1},
    {.name = "time", .type = STANCE_OPTION_TIME, .offset = IN(time)},
    {0},
};
static const stance_option outer_rows[] = {
    {.name = "text",
     .letter = 't',
     .type = STANCE_OPTION_STRING,
     .offset = OUT(text),
     .preset = "hello"},
    {.name = "choice",
     .type = STANCE_OPTION_CHOICE,
     .offset = OUT(choice),
     .preset = "dog",
     .choices = animals},
    {.name = "flags",
     .type = STANCE_OPTION_FLAGS,
     .offset = OUT(flags),
     .preset = "a,c",
     .choices = parts},
    {.name = "rect", .type = STANCE_OPTION_RECT, .offset = OUT(rect)},
    {0},
};
static const stance_option_group groups[] = {
    {"Inner", inner_rows, OUT(in)}, {"Outer", outer_rows, 0}, {0}};

static void defaults_come_from_the_rows(void **state)
{
    (void)state;
    outer o = {.before = 42};
    assert_int_equal(stance_options_defaults(groups, &o), 0);
    assert_true(o.in.flag);
    assert_int_equal(o.in.whole, 7);
    assert_int_equal(o.in.size, 2000);
    assert_near(o.in.number, 0.25, 0);
    assert_true(isnan(o.in.time));
    assert_string_equal(o.text, "hello");
    assert_int_equal(o.choice, 5);
    assert_int_equal(o.flags, 5);
    assert_int_equal(o.rect[2], 0);
    assert_int_equal(o.before, 42);
    stance_options_clear(groups, &o);
    assert_null(o.text);
}

static void values_round_trip(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *text; /* text NULL: as value */
    } cases[] = {
        {"flag", "off", "no"},
        {"flag", "1", "yes"},
        {"whole", "99", NULL},
        {"size", "1.5M", "1500000"},
        {"size", "4Ki", "4096"},
        {"number", "0.1", NULL},
        {"number", "1", NULL},
        {"number", "", ""},
        {"time", "12.5", NULL},
        {"time", "1:30", "90"},
        {"time", "01:02:03.5", "3723.5"},
        {"text", "a b = c", NULL},
        {"text", "", ""},
        {"choice", "cat", NULL},
        {"flags", "b", NULL},
        {"flags", "none", NULL},
        {"flags", "c,a", "a,c"},
        {"rect", "1,2,30,40", NULL},
        {"rect", "", ""},
    };
    outer o = {0};
    assert_int_equal(stance_options_defaults(groups, &o), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_error err = {0};
        char text[64];
        if (stance_options_set(groups, &o, cases[i].name, cases[i].value, &err) < 0)
            fail_msg("%s=%s: %s", cases[i].name, cases[i].value, err.message);
        stance_options_get(groups, &o, cases[i].name, text, sizeof(text));
        assert_string_equal(text, cases[i].text ? cases[i].text : cases[i].value);
        assert_int_equal(stance_options_set(groups, &o, cases[i].name, text, &err), 0);
    }
    stance_options_clear(groups, &o);
}

static void wrong_values_are_refused_and_keep_the_field(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *message;
    } cases[] = {
        {"flag", "maybe", "--flag: expected yes or no, found 'maybe'"},
        {"whole", "0", "--whole: expected a whole number from 1 to 99, found '0'"},
        {"whole", "7x", "--whole: expected a whole number from 1 to 99, found '7x'"},
        {"whole", "99999999999999999999",
         "--whole: expected a whole number from 1 to 99, found '99999999999999999999'"},
        {"number", "1,5", "--number: expected a number from 0 to 1, found '1,5'"},
        {"number", "nan", "--number: expected a number from 0 to 1, found 'nan'"},
        {"time", "1:75",
         "--time: expected a time such as 12.5 (seconds), 1:30 or 01:02:03.5, found "
         "'1:75'"},
        {"time", "-3",
         "--time: expected a time such as 12.5 (seconds), 1:30 or 01:02:03.5, found "
         "'-3'"},
        {"size", "5 apples",
         "--size: expected a number such as 2500k or 4M, found '5 apples'"},
        {"choice", "cow", "--choice: expected cat or dog, found 'cow'"},
        {"flags", "a,,b",
         "--flags: expected none, a, b or c (several joined by commas), found 'a,,b'"},
        {"rect", "1,2,3",
         "--rect: expected X,Y,WIDTH,HEIGHT in pixels, such as 100,0,640,480, found "
         "'1,2,3'"},
        {"rect", "1,2,0,4",
         "--rect: expected X,Y,WIDTH,HEIGHT in pixels, such as 100,0,640,480, found "
         "'1,2,0,4'"},
        {"chioce", "cat", "unknown option 'chioce'; did you mean 'choice'?"},
        {"zzz", "1", "unknown option 'zzz'"},
    };
    outer o = {0};
    assert_int_equal(stance_options_defaults(groups, &o), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_error err = {0};
        assert_int_equal(
            stance_options_set(groups, &o, cases[i].name, cases[i].value, &err),
            STANCE_EINVAL);
        assert_string_equal(err.message, cases[i].message);
    }
    assert_int_equal(o.in.whole, 7);
    assert_int_equal(o.choice, 5);
    stance_options_clear(groups, &o);
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    if (!test_use_comma_locale())
        fail_msg("no locale with decimal commas could be made: is localedef there?");
    outer o = {0};
    char text[32];
    assert_int_equal(stance_options_defaults(groups, &o), 0);
    assert_near(o.in.number, 0.25, 0);
    stance_options_get(groups, &o, "number", text, sizeof(text));
    assert_string_equal(text, "0.25");
    stance_options_clear(groups, &o);
    setlocale(LC_ALL, "C");
}

static void letters_find_rows(void **state)
{
    (void)state;
    const stance_option_group *group = NULL;
    assert_string_equal(stance_options_find_letter(groups, 't', &group)->name, "text");
    assert_string_equal(group->title, "Outer");
    assert_null(stance_options_find_letter(groups, 'x', NULL));
    assert_null(stance_options_find_letter(groups, 0, NULL));
    assert_null(stance_options_find(groups, "", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_come_from_the_rows),
        cmocka_unit_test(values_round_trip),
        cmocka_unit_test(wrong_values_are_refused_and_keep_the_field),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(letters_find_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
