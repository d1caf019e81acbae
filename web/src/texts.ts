/* SPDX-License-Identifier: Apache-2.0 */
/* All that the page says. To translate it, translate this file and texts_doing.ts. */
import { doing } from "./texts_doing";

const locale = undefined; /* of the browser */
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
});
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
const minute = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const hour = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" });

const plural = (n: number, one: string, many: string) => `${whole.format(n)} ${n === 1 ? one : many}`;

function bytes(n: number): string {
    if (n < 1e6) return `${whole.format(Math.max(1, n / 1e3))} kB`;
    if (n < 1e9) return `${short.format(n / 1e6)} MB`;
    return `${short.format(n / 1e9)} GB`;
}

function duration(s: number): string {
    if (s < 10) return `${short.format(s)} s`;
    if (s < 60) return `${whole.format(s)} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
    return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
}

function clock(s: number): string {
    const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
    return s < 3600
        ? `${Math.floor(s / 60)}:${two(s % 60)}`
        : `${Math.floor(s / 3600)}:${two((s % 3600) / 60)}:${two(s % 60)}`;
}

const person = (key: string) => (key.startsWith("#") ? `Person ${key.slice(1)}` : `Person ${key}`);

export const t = {
    name: "stance",
    title: (page: string) => (page ? `${page} – stance` : "stance"),

    format: {
        whole: (n: number) => whole.format(n),
        short: (n: number) => short.format(n),
        score: (n: number) => hundredths.format(n),
        percent: (n: number) => `${whole.format(n)} %`,
        ms: (n: number) => `${short.format(n)} ms`,
        bytes,
        duration,
        clock,
        moment: (time: Date) => moment.format(time),
        minute: (time: Date) => minute.format(time),
        hour: (time: Date) => hour.format(time),
        size: (width: number, height: number) => `${width} × ${height}`,
    },

    nav: {
        label: "Pages",
        skip: "Skip to the content",
        home: "stance, first page",
        picture: "Picture",
        video: "Video",
        live: "Live",
        events: "Events",
        models: "Models",
        help: "Help",
    },

    theme: {
        system: "Colours: as the system",
        light: "Colours: light",
        dark: "Colours: dark",
    },

    token: {
        title: "This server asks for a token",
        lead: "It was set by whoever started the server. The page keeps a session, not the token.",
        label: "Token",
        send: "Continue",
        wrong: "That is not the token of this server. Check it for missing letters and try again.",
        unreachable: "The server does not answer. Is it running?",
    },

    errors: {
        title: "That did not work",
        unreachable: "The server does not answer. Check that it is running and that this machine is connected.",
        uploadBroke: "The upload broke off. Check the connection, then try again.",
        status: (status: number) => `The server answered with status ${status} and no reason. Try again.`,
        notFound: "There is nothing at this address",
        notFoundLead: "The link may be old, or a letter is missing.",
        toHome: "To the first page",
        again: "Try again",
        dismiss: "Dismiss",
    },

    drop: {
        paste: "or paste one",
        refused: (name: string) => `${name} is not of a kind that can be looked at here.`,
    },

    options: {
        title: "How to look",
        people: "People",
        all: "Everybody",
        one: "One person",
        model: "Model",
        best: "The best that is here",
        several: "several people",
        single: "one person",
        device: "Runs on",
        deviceUsual: "As the server is set",
        shots: "Screenshots",
        shotsEvery: (s: number) => (s === 0 ? "None" : `Every ${s} s`),
    },

    home: {
        title: "See how people stand and move",
        lead: "Give it a picture, a video or a camera. It finds every joint, draws it, and lets you take the numbers with you.",
        demo: "Try it with a drawn person",
        demoBusy: "Starting …",
        demoNote: "Nothing to upload: the server draws somebody walking, and looks at them live.",
        figure: "A figure of joints and bones doing jumping jacks",
        drop: "Drop a picture or video here",
        choose: "Choose a file",
        ways: [
            { to: "/picture", name: "Picture", text: "One photo, its joints side by side with it." },
            { to: "/video", name: "Video", text: "Play it with skeletons, follow a joint over time." },
            { to: "/live", name: "Live", text: "A camera, a stream, or your own webcam." },
            { to: "/events", name: "Events", text: "Who came, who stayed, who left, and when." },
        ],
        privacy: "What you give stays on this server. The page speaks to nobody else.",
    },

    picture: {
        title: "Picture",
        lead: "Joints of everybody in a photo, in a moment.",
        drop: "Drop a picture here",
        choose: "Choose a picture",
        other: "Another picture",
        kinds: "JPEG, PNG, WebP, BMP or TIFF",
        original: "Original",
        result: "Result",
        working: "Looking …",
        found: (n: number) => (n === 0 ? "Nobody was found" : plural(n, "person", "people") + " found"),
        nobody: "Nobody was found. A larger or brighter picture may help, or another model under “How to look”.",
        saveImage: "Save annotated picture",
        saveJson: "Save joints (JSON)",
        cannotShow: "This browser cannot show such a file. The server can: the result is its own drawing.",
        alone: "The picture is not kept. After a reload it has to be given again.",
        alt: (name: string) => `The picture ${name}`,
        resultAlt: (n: number) => `The same picture with joints of ${plural(n, "person", "people")} drawn on it`,
    },

    joints: {
        title: "Joints",
        joint: "Joint",
        x: "x",
        y: "y",
        score: "Score",
        hint: "Point at a joint, or move to it with Tab, to see it in the picture.",
        person,
        personScore: (key: string, score: number) => `${person(key)}, score ${hundredths.format(score)}`,
        none: "not seen",
        name: (name: string) => names[name] ?? name.replaceAll("_", " "),
    },

    doing,
    video: {
        title: "Video",
        lead: "Skeletons for every frame, charts over time, and files to keep.",
        drop: "Drop videos here",
        choose: "Choose videos",
        kinds: "MP4, MOV, MKV, WebM or AVI; several at once are taken one by one",
        queue: "Under way",
        nothingWaits: "Nothing any more.",
        underWay: (n: number) => (n === 0 ? "" : `${plural(n, "video", "videos")} under way`),
        before: "Videos on this server",
        empty: "No video has been looked at yet.",
        more: "Show older ones",
        waitingHere: "Waits to be sent",
        sending: (sent: string, total: string) => `Sending, ${sent} of ${total}`,
        queued: "Waits for its turn",
        starting: "Beginning",
        running: (done: number, all: number | null) =>
            all === null
                ? `${plural(done, "frame", "frames")} so far`
                : `Frame ${whole.format(done)} of ${whole.format(all)}`,
        left: (s: number) => `about ${duration(Math.max(1, s))} left`,
        rate: (fps: number) => `${short.format(fps)} frames a second`,
        states: {
            queued: "Waiting",
            running: "At work",
            done: "Done",
            failed: "Failed",
            cancelled: "Cancelled",
        },
        cancel: "Cancel",
        cancelOf: (name: string) => `Cancel ${name}`,
        remove: "Remove",
        removeOf: (name: string) => `Remove ${name} and its results`,
        retry: "Try again",
        unnamed: "without a name",
        progressOf: (name: string) => `Progress of ${name}`,
    },

    job: {
        back: "All videos",
        gone: "This video is not on the server (any more)",
        goneLead: "Results are removed after a while, or by whoever removes them in the list.",
        failed: "This video could not be looked at",
        cancelled: "This video was cancelled",
        cancelledLead: "There are no results. Send it again to start over.",
        picture: "This is a single picture.",
        loading: "Reading the joints …",
        shown: "Shown",
        annotated: "Annotated video",
        plain: "Plain video",
        skeleton: "Skeletons",
        numbers: "Numbers",
        noPlain: "The plain video is not here: it was sent from another page, or before a reload, and this server does not keep uploads (it does when started with --keep-inputs).",
        cannotPlay: "This browser cannot play the plain video. The annotated one is shown instead.",
        noVideo: "This server draws no videos. Joints and charts are here all the same.",
        charts: "Over time",
        chartsHint: "Click into a chart to go there. The line shows where the video is.",
        person: "Person",
        joint: "Joint",
        people: "People",
        score: "Score",
        height: "Height",
        speed: "Speed",
        peopleUnit: "in the picture",
        scoreUnit: "of the person, 0 to 1",
        heightUnit: "of the joint, % of the picture",
        speedUnit: "of the joint, % of it a second",
        nobody: "Nobody was found in this video. Another model may see more.",
        chartText: (name: string, most: string) => `${name} over the time of the video, at most ${most}`,
        gallery: "Screenshots",
        noShots: "No screenshots were asked for.",
        shotAlt: (n: number, of: number) => `Screenshot ${n} of ${of}`,
        saveShot: "Save",
        previous: "Previous",
        next: "Next",
        close: "Close",
        downloads: "Take with you",
        saveVideo: "Annotated video (MP4)",
        saveJson: "Joints (JSON)",
        saveCsv: "Joints as a table (CSV)",
        saveShots: "Screenshots (ZIP)",
        facts: (people: number, frames: number, s: number) =>
            `${plural(people, "person", "people")}, ${plural(frames, "frame", "frames")}, ${duration(s)}`,
        step: "Frame by frame: , and . keys",
    },

    live: {
        title: "Live",
        lead: "Look at a camera or stream as it happens.",
        source: "Source",
        sources: {
            demo: "Drawn people",
            camera: "Server’s camera",
            address: "Stream address",
            clip: "Clip on the server",
            browser: "This device’s camera",
        },
        notes: {
            demo: "No camera needed: the server draws people and looks at them.",
            camera: "A camera plugged into the machine that runs stance.",
            address: "A network camera or stream: rtsp, rtsps, rtmp, srt, udp, http or https.",
            clip: "A file in the folder that the server was given with --inputs. It begins again at its end.",
            browser: "Pictures go to the server, joints come back, nothing is stored.",
        },
        scene: "Scene",
        scenes: {
            walk: "Walking",
            jacks: "Jumping jacks",
            squats: "Squats",
            "enter-leave": "Coming and going",
            crowd: "A crowd",
        } as Record<string, string>,
        howMany: "How many",
        cameraNumber: "Camera number",
        address: "Address",
        addressExample: "rtsp://10.0.0.7/live",
        clip: "File",
        clipExample: "walk.mp4",
        start: "Start",
        starting: "Starting …",
        running: "Running now",
        none: "Nothing is being looked at.",
        open: "Open",
        kinds: {
            drawn: "Drawn people",
            file: "Clip",
            camera: "Camera",
            http: "Stream",
            stream: "Stream",
            pushed: "Browser’s camera",
        } as Record<string, string>,
        states: {
            starting: "Starting",
            running: "Live",
            lost: "Lost, trying again",
            paused: "Paused",
            failed: "Failed",
        } as Record<string, string>,
        retry: (s: number) => `tried again in ${short.format(s)} s`,
        notAllowed: "Whoever runs the server decides which cameras and addresses may be used: stance serve --allow-source 'camera:*'",
        gone: "This live source has ended",
        goneLead: "Start another one.",
        pause: "Pause",
        goOn: "Go on",
        snapshot: "Snapshot",
        record: "Record",
        stopRecord: "Stop and save",
        recording: (s: number) => `Recording, ${clock(s)}`,
        cannotRecord: "This browser cannot record.",
        end: "End",
        back: "All live sources",
        toDemo: "Demo",
        toCamera: "Camera",
        change: "Apply",
        picture: "The newest picture, with joints drawn on it",
        people: "People",
        latency: "Time to joints",
        inference: "Time per picture",
        fps: "Pictures a second",
        dropped: "Left out",
        order: "Order",
        id: "Person",
        score: "Score",
        noOne: "Nobody is in the picture.",
        unknown: "no number",
        label: (order: number, id: number | null) => (id === null ? `${order}.` : `${order}. no. ${id}`),
        overlay: (people: number, ms: number) => `${plural(people, "person", "people")}, ${short.format(ms)} ms`,
        waiting: "Waiting for the first picture …",
        insecure: "Browsers give cameras to pages only over https, or on the server’s own machine. Start the server with --tls-certificate, or open it as http://localhost.",
        denied: "The browser gave no camera. Allow it in the address bar, check that one is connected, then try again.",
        socketRefused: "The server did not take pictures from this page. Try another model, or end other live sources first.",
        socketEnded: "The connection to the server ended. Start again.",
    },

    events: {
        title: "Events",
        lead: "Who came, stayed and left.",
        off: "This server keeps no events",
        offLead: "Start it with a database for them, and live sources and videos will fill it:",
        offCommand: "stance serve --events events.db",
        kinds: {
            enter: "Came in",
            exit: "Left",
            dwell: "Stayed",
            zone: "Zone",
            line: "Line",
            fall: "Fell",
            rep: "Repetition",
            posture: "Posture",
            gap: "Source lost",
        } as Record<string, string>,
        kind: "What",
        since: "When",
        sinces: { "": "Any time", "-1h": "Last hour", "-1d": "Last day", "-7d": "Last week" } as Record<string, string>,
        person: "Person",
        source: "Source",
        sourceHint: "camera:*",
        place: "Zone or line",
        anything: "any",
        live: "Update live",
        clear: "Clear filters",
        none: "Nothing fits. Take away a filter, or wait for something to happen.",
        newest: "Newest",
        older: "Older",
        exportCsv: "CSV",
        exportJson: "JSON lines",
        export: "Export all that fits:",
        columns: { when: "When", who: "Who", what: "What", lasted: "For", people: "People", where: "Source" },
        atStart: "There at the start",
        chart: "By hour",
        chartText: (hours: number, most: number) =>
            `Events of each hour: ${plural(hours, "hour", "hours")}, at most ${whole.format(most)} in one`,
        chartPart: (n: number) => `Counted from the newest ${whole.format(n)} that fit.`,
        inStream: (s: number) => `at ${clock(s)} in the clip`,
        news: (n: number) => `${plural(n, "new event", "new events")}`,
        nobody: "–",
        stopped: "Live updates stopped; the page tries again by itself.",
    },

    models: {
        title: "Models",
        lead: "Networks that find people and their joints. Those that are here work without the internet.",
        filter: "Show",
        filters: { "": "All", present: "Here", absent: "To fetch" } as Record<string, string>,
        finds: { one: "one person", several: "several people", boxes: "people as boxes" } as Record<string, string>,
        states: {
            present: "Here",
            absent: "Not here",
            altered: "Changed on disk",
            unpinned: "By hand only",
        } as Record<string, string>,
        unpinned: "Its makers publish no checksum. Whoever runs the server adds it with: stance models import",
        altered: "Its files are not what they should be. Fetch it again.",
        name: "Model",
        licence: "Licence",
        size: "Size",
        accuracy: "Accuracy",
        accuracyHint: "average precision on COCO, as measured with stance, 0 to 1; higher is better",
        joints: "Joints",
        state: "State",
        unknown: "–",
        fetch: "Fetch",
        fetchOf: (name: string) => `Fetch ${name}`,
        fetching: (done: string, total: string | null) => (total ? `${done} of ${total}` : done),
        stop: "Stop",
        none: "No model fits.",
    },

    help: {
        title: "Help",
        lead: "Everything on these pages can be done on a command line too. Copy a line and put your file’s name in.",
        copy: "Copy",
        copied: "Copied",
        copyOf: (command: string) => `Copy: ${command}`,
        groups: [
            {
                title: "Pictures",
                rows: [
                    ["Draw the joints into a photo", "stance run photo.jpg -o photo.pose.jpg"],
                    ["Everybody in it, as JSON", "stance run photo.jpg --people all --json photo.json"],
                    ["Ask this server", "curl --data-binary @photo.jpg SERVER/api/pose"],
                ],
            },
            {
                title: "Videos",
                rows: [
                    ["An annotated video and its joints", "stance run walk.mp4"],
                    ["A table in place of JSON", "stance run walk.mp4 --json walk.csv"],
                    ["Count repetitions, notice falls", "stance run squats.mp4 --analyse reps,fall"],
                    ["Screenshots every five seconds", "stance run walk.mp4 --screenshots shots/ --every-s 5"],
                    ["Every video of a folder", "stance run clips/ -o annotated/ --json joints/"],
                    ["Let this server do the work", "stance run walk.mp4 -o walk.pose.mp4 --json walk.json --server SERVER"],
                ],
            },
            {
                title: "Live",
                rows: [
                    ["A camera in a window", "stance run camera:0 --show"],
                    ["A network camera, joints to another program", "stance run rtsp://10.0.0.7/live --json - --format ndjson"],
                    ["Drawn people, to try it", "stance run 'mannequin:walk?people=2' --show"],
                    ["A server that may use the camera", "stance serve --allow-source 'camera:*' --events events.db"],
                ],
            },
            {
                title: "Events",
                rows: [
                    ["Store who comes and goes", "stance run camera:0 --people all --events events.db"],
                    ["See it as it happens", "stance events events.db --follow"],
                    ["The last two hours as a table", "stance events events.db --since -2h --format csv -o events.csv"],
                ],
            },
            {
                title: "Models",
                rows: [
                    ["Which there are", "stance models list"],
                    ["Fetch one", "stance models fetch movenet-lightning-int8"],
                ],
            },
        ] as { title: string; rows: [string, string][] }[],
        keys: "Keys of the video player",
        keyRows: [
            ["Space", "play and pause the video"],
            [", .", "one frame back, one forward"],
            ["S", "skeletons over the plain video on and off"],
        ] as [string, string][],
        open: "The full description of the server’s addresses:",
        licences: "Licences of what the page contains",
        version: (version: string) => `stance ${version}`,
    },
};

const names: Record<string, string> = {
    nose: "nose",
    neck: "neck",
    left_eye: "left eye",
    right_eye: "right eye",
    left_ear: "left ear",
    right_ear: "right ear",
    left_shoulder: "left shoulder",
    right_shoulder: "right shoulder",
    left_elbow: "left elbow",
    right_elbow: "right elbow",
    left_wrist: "left wrist",
    right_wrist: "right wrist",
    left_hip: "left hip",
    right_hip: "right hip",
    left_knee: "left knee",
    right_knee: "right knee",
    left_ankle: "left ankle",
    right_ankle: "right ankle",
};
