/* SPDX-License-Identifier: Apache-2.0 */
/* What the page says about what people do; the rest is in texts.ts. */

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/* "left_knee_speed" and "plank-hips-high" as people say them */
const plain = (name: string) => name.replaceAll(/[_-]/g, " ");
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const exercises: Record<string, [string, string]> = {
    squat: ["squat", "squats"],
    "push-up": ["push-up", "push-ups"],
    "jumping-jack": ["jumping jack", "jumping jacks"],
    "sit-up": ["sit-up", "sit-ups"],
    lunge: ["lunge", "lunges"],
    curl: ["curl", "curls"],
};

const units: Record<string, string> = {
    deg: "°",
    "deg/s": "°/s",
    "1/min": "/min",
};

const words: Record<string, string> = {
    "plank-hips-high": "plank, hips too high",
    "plank-hips-low": "plank, hips too low",
    "right-side": "from the right",
    "left-side": "from the left",
    frontal: "from the front",
    suspected: "may have fallen",
    confirmed: "has fallen",
    cleared: "is up again",
    going: "on the way",
    turned: "on the way back",
};

const names: Record<string, string> = {
    plank_held: "plank held",
    view: "seen",
};

function value(number: number, unit: string): string {
    const size = Math.abs(number);
    const text = (size >= 100 ? whole : size >= 10 ? tenths : hundredths).format(number);
    const shown = units[unit] ?? unit;
    if (!shown) return text;
    return /^[°/]/.test(shown) ? `${text}${shown}` : `${text} ${shown}`;
}

export const doing = {
    title: "What people do",
    lead: "Chosen here, it is measured in every frame: charts, counts and events come with the result.",
    liveLead: "Chosen here, it is shown beside the picture as it happens.",
    pictureLead: "Chosen here, it is told of everybody in the picture.",
    analyses: {
        angles: "Angles",
        reps: "Repetitions",
        posture: "Posture",
        fall: "Falls",
        gait: "Gait",
        activity: "Activity",
        ratios: "Lengths",
    } as Record<string, string>,
    helps: {
        angles: "of joints and limbs, and how fast they change",
        reps: "squats, push-ups, jumping jacks, sit-ups, lunges and curls, counted",
        posture: "planks, squats and sitting, and what to do better",
        fall: "who falls, and whether they stay down",
        gait: "steps, cadence and symmetry of walking",
        activity: "standing, walking, sitting, lying, waving",
        ratios: "of limbs, against the height",
    } as Record<string, string>,

    exercise: (name: string, n: number) => {
        const [one, many] = exercises[name] ?? [plain(name), plain(name)];
        return n === 1 ? one : many;
    },
    Exercise: (name: string, n: number) => capital(doing.exercise(name, n)),
    word: (word: string) => words[word] ?? plain(word),
    Word: (word: string) => capital(words[word] ?? plain(word)),
    measure: (name: string) => capital(names[name] ?? plain(name)),
    unit: (unit: string) => units[unit] ?? unit,
    value,
    left: "left",
    right: "right",

    soFar: "so far",
    which: "Measure",
    chartText: (name: string, least: string, most: string) =>
        `${name} over the time of the video, from ${least} to ${most}`,
    bandText: (name: string, parts: string) => `${name} over the time of the video: ${parts}`,
    share: (word: string, s: string) => `${word}, ${s}`,

    timeline: "What happened",
    lanes: { rep: "Repetitions", fall: "Falls", posture: "Postures and activities" },
    timelineText: (title: string, n: number) =>
        `${title || "More of it"} over the time of the video, ${whole.format(n)} in all; each is in the list`,
    happened: {
        rep: (label: string, n: number) => `${capital(exercises[label]?.[0] ?? plain(label))} ${whole.format(n)}`,
        fall: (label: string) =>
            ({ suspected: "Fall suspected", confirmed: "Fall confirmed", cleared: "Up again" })[label] ?? "Fall",
        posture: (label: string) => capital(words[label] ?? plain(label)),
    },
    depth: (depth: number) => `depth ${hundredths.format(depth)}`,
    jump: (what: string, at: string) => `Go to ${at}: ${what}`,
    columns: { when: "When", what: "What", who: "Who", lasted: "For" },
    more: (n: number) => `and ${whole.format(n)} more, in the events file`,
    save: "Events (JSON)",
    saveReport: "Report (HTML)",

    now: "Right now",
    sides: "Angles: left / right",
    alarm: {
        suspected: (who: string) => `${who} may have fallen`,
        confirmed: (who: string) => `${who} has fallen and stays down`,
    } as Record<string, (who: string) => string>,
};
