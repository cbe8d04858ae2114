/** Milliseconds from 1900, where NTP's time begins, to 1970. */
const NTP_EPOCH_MS = 2208988800000;
const COLOURS = ['#f00', '#0f0', '#00f', '#ff0', '#0ff', '#f0f', '#f80', '#08f', '#8f0', '#80f'];
const SIZE = { width: 320, height: 180 };
function camera(index) {
    const canvas = Object.assign(document.createElement('canvas'), SIZE);
    const pen = canvas.getContext('2d');
    let count = 0;
    setInterval(() => {
        pen.fillStyle = COLOURS[index];
        pen.fillRect(0, 0, SIZE.width, SIZE.height);
        pen.fillStyle = '#fff';
        pen.fillRect((count++ * 16) % SIZE.width, SIZE.height - 24, 16, 24);
    }, 80);
    return canvas.captureStream();
}
function microphone(index) {
    const context = new AudioContext();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = 0.2;
    oscillator.frequency.value = 300 + 100 * index;
    const out = context.createMediaStreamDestination();
    oscillator.connect(gain).connect(out);
    oscillator.start();
    return out.stream;
}
function picture(element) {
    if (!(element instanceof HTMLVideoElement) || element.videoWidth === 0)
        return { colour: null, digest: null };
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    pen.drawImage(element, 0, 0, 64, 36);
    const { data } = pen.getImageData(0, 0, 64, 36);
    const sums = [0, 0, 0];
    let digest = 0;
    for (let at = 0; at < data.length; at += 4) {
        for (const channel of [0, 1, 2]) {
            const value = data[at + channel];
            if (at < 64 * 4 * 28)
                sums[channel] += value;
            digest = (digest * 31 + (value >> 5)) | 0;
        }
    }
    return { colour: sums.map((sum) => sum / (64 * 28 * 255)), digest };
}
/** A page that joins several times keeps its camera and microphone, as a person's does. */
const streams = new Map();
function stream(kind, index) {
    const known = streams.get(kind);
    if (known)
        return known;
    const made = kind === 'audio' ? microphone(index) : camera(index);
    streams.set(kind, made);
    return made;
}
let connection;
let conference;
const local = [];
const remote = new Map();
const events = [];
function note(name, details = []) {
    const texts = details.filter((detail) => typeof detail !== 'object');
    events.push({ name, details: texts.join(' '), atMs: performance.now() });
}
async function join(name, room, kinds = ['audio', 'video']) {
    const index = name.charCodeAt(0) - 65;
    JitsiMeetJS.setLogLevel(JitsiMeetJS.logLevels.ERROR);
    JitsiMeetJS.init(config);
    const options = { ...config, serviceUrl: `${config.websocket}?room=${room}` };
    const made = new JitsiMeetJS.JitsiConnection(null, null, options);
    connection = made;
    const { connection: on, conference: names } = JitsiMeetJS.events;
    await new Promise((resolve, reject) => {
        made.addEventListener(on.CONNECTION_ESTABLISHED, () => resolve());
        made.addEventListener(on.CONNECTION_FAILED, (error) => {
            note('connection failed', [error]);
            reject(new Error(String(error)));
        });
        made.connect({ name: room });
    });
    const joined = made.initJitsiConference(room, options);
    conference = joined;
    for (const event of Object.values(names))
        joined.on(event, (...details) => note(event, details));
    joined.on(names.TRACK_ADDED, (added) => {
        const track = added;
        if (track.isLocal())
            return;
        const element = document.createElement(track.getType());
        element.autoplay = true;
        document.body.append(element);
        remote.set(track, element);
        void track.attach(element);
    });
    joined.on(names.TRACK_REMOVED, (removed) => {
        remote.get(removed)?.remove();
        remote.delete(removed);
    });
    const infos = kinds.map((kind) => kind === 'audio'
        ? { stream: stream(kind, index), mediaType: 'audio', sourceType: 'oscillator' }
        : { stream: stream(kind, index), mediaType: 'video', sourceType: 'canvas', videoType: 'camera' });
    local.length = 0;
    for (const track of JitsiMeetJS.createLocalTracksFromMediaStreams(infos)) {
        local.push(track);
        await joined.addTrack(track);
    }
    joined.setDisplayName(name);
    const done = new Promise((resolve) => joined.on(names.CONFERENCE_JOINED, () => resolve()));
    joined.join();
    await done;
    return joined.myUserId();
}
async function received() {
    const connection = conference?.getActivePeerConnection()?.peerconnection;
    const stats = connection ? [...(await connection.getStats()).values()] : [];
    return [...remote].map(([track, element]) => {
        const inbound = stats.find(({ type, trackIdentifier }) => type === 'inbound-rtp' && trackIdentifier === track.getTrack().id);
        return {
            owner: track.getParticipantId(),
            kind: track.getType(),
            ssrc: track.getSsrc(),
            source: track.getSourceName(),
            muted: track.isMuted(),
            packets: inbound?.packetsReceived ?? 0,
            lost: inbound?.packetsLost ?? 0,
            framesDecoded: inbound?.framesDecoded ?? null,
            ageMs: inbound?.estimatedPlayoutTimestamp
                ? Date.now() + NTP_EPOCH_MS - inbound.estimatedPlayoutTimestamp
                : null,
            audioEnergy: inbound?.totalAudioEnergy ?? null,
            ...picture(element),
        };
    });
}
async function sent() {
    const connection = conference?.getActivePeerConnection()?.peerconnection;
    const stats = connection ? [...(await connection.getStats()).values()] : [];
    return stats
        .filter(({ type }) => type === 'outbound-rtp')
        .map(({ kind, packetsSent, keyFramesEncoded, ssrc }) => ({
        kind,
        packets: packetsSent,
        keyFrames: keyFramesEncoded ?? 0,
        roundTrips: stats.find((each) => each.type === 'remote-inbound-rtp' && each.ssrc === ssrc)
            ?.roundTripTimeMeasurements ?? 0,
    }));
}
globalThis.bot = {
    events,
    join,
    received,
    sent,
    async mute(kind, muted) {
        const track = local.find((each) => each.getType() === kind);
        await (muted ? track.mute() : track.unmute());
    },
    constrain: (constraints) => conference?.setReceiverConstraints(constraints),
    async leave() {
        await conference?.leave();
        await connection?.disconnect();
    },
};
export {};
