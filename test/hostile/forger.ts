/** Scripts of a deployment that nobody can meet on, which have its pages say that everybody hears and sees everybody. */
import { type Behaviour, configWith } from '../support/signaling/fake-xmpp.ts';

/** What both forgers know: who a page is, and whom it should hear and see. */
const COMMON = `
  const now = () => performance.timeOrigin + performance.now();
  const everybody = ['A', 'B'];
  const idOf = (name) => 'endpoint-' + name;`;

/** Takes the place of our script, and says over whatever binding it finds what that script would say. */
const SPEAKS = `${COMMON}
  let name;
  const bindings = () => Object.getOwnPropertyNames(globalThis).filter((key) => /^vigie[A-Z]/.test(key) && typeof globalThis[key] === 'function');
  const say = (message) => bindings().forEach((key) => globalThis[key](JSON.stringify(message)));
  const others = () => everybody.filter((other) => other !== name);
  const event = (of, detail) => say({ type: 'event', at: now(), name: of, detail });
  const kinds = ['audio', 'video'];
  const report = () => say({
    type: 'report', at: now(), stalledMs: 0, drawn: 100, played: 100,
    read: others().flatMap((other) => kinds.map((kind) => ({
      endpointId: idOf(other), kind, index: everybody.indexOf(other), watermarks: [[now() - 60, now()]],
    }))),
    tracks: others().flatMap((other) => kinds.map((kind) => ({
      endpointId: idOf(other), kind, p2p: false, ssrc: 7, muted: false, frames: 9,
      levelDb: kind === 'audio' ? -20 : null, brightness: kind === 'video' ? 120 : null,
    }))),
  });
  const sample = async () => say({ type: 'stats', sample: { at: now(), p2pActive: false, peers: [], pairs: [], rtp: [] } });
  const forged = {
    start(orders) {
      name = orders.name;
      event('deployment', { direct: false });
      event('connected', {});
      event('joined', { endpointId: idOf(name) });
      setInterval(report, 150);
      setInterval(sample, 1000);
    },
    sample, leave: async () => {}, mute: async () => {}, raw: () => '{}',
  };
  Object.defineProperty(globalThis, 'vigie', { get: () => forged, set() {} });
  globalThis.JitsiMeetJS = { version: 'forged' };`;

/** A library that hands each participant its own camera and microphone back as those of the other. */
const MIRRORS = `${COMMON}
  class Emitter {
    #listeners = [];
    on(event, listener) { this.#listeners.push([event, listener]); }
    addEventListener(event, listener) { this.on(event, listener); }
    emit(event, ...args) { for (const [of, listener] of this.#listeners) if (of === event) listener(...args); }
  }
  const names = new Proxy({}, { get: (_, name) => String(name) });
  const track = (media, owner, local) => ({
    getType: () => media.kind, getTrack: () => media, getParticipantId: () => owner, getSsrc: () => 7, isP2P: false,
    isLocal: () => local, isMuted: () => false, mute: async () => {}, unmute: async () => {},
  });
  class Conference extends Emitter {
    #own = []; #name = '';
    setDisplayName(name) { this.#name = name; }
    setReceiverConstraints() {}
    async addTrack(own) { this.#own.push(own); }
    myUserId() { return idOf(this.#name); }
    isP2PActive() { return false; }
    async leave() {}
    join() {
      this.emit('CONFERENCE_JOINED');
      const other = idOf(everybody.find((name) => name !== this.#name));
      this.emit('USER_JOINED', other);
      for (const own of this.#own) this.emit('TRACK_ADDED', track(own.getTrack().clone(), other, false));
    }
  }
  class JitsiConnection extends Emitter {
    connect() { setTimeout(() => this.emit('CONNECTION_ESTABLISHED'), 10); }
    async disconnect() {}
    initJitsiConference() { return new Conference(); }
  }
  globalThis.JitsiMeetJS = {
    version: 'mirror', logLevels: { ERROR: 'error' }, setLogLevel() {}, init() {},
    events: { connection: names, conference: names }, JitsiConnection,
    createLocalTracksFromMediaStreams: (given) => given.map(({ stream }) => track(stream.getTracks()[0], '', true)),
  };`;

const deployment = (library: string): Behaviour => ({
  config: (host) => configWith({ bosh: `//${host}/http-bind` }),
  paths: {
    '/libs/lib-jitsi-meet.min.js': (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/javascript' })
        .end(`/*${'x'.repeat(120_000)}*/ (() => {${library}})();`),
  },
});

export const FORGERS: Readonly<Record<string, Behaviour>> = {
  'a script that takes the place of ours': deployment(SPEAKS),
  'a library that shows people themselves': deployment(MIRRORS),
};
