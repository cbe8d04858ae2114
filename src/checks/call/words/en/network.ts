import { formatDuration, inSeconds } from '../../../../base/durations.ts';
import { list } from '../../../../base/words.ts';
import type { CallCauseOf } from '../../causes.ts';
import { largest, type NetworkSentences, percent } from '../contract.ts';
import { offerClause } from './bridge.ts';
import { inStep } from './step.ts';

const way = (found: string | null): string => found ?? 'unknown transport';

/** What each setting does, as a clause. */
const RESTRICTED: Readonly<
  Record<CallCauseOf<'restricted'>['settings'][number]['key'], (value: number | null) => string>
> = {
  channelLastN: (n) => `pictures of no more than ${n ?? 0} others are asked for (channelLastN)`,
  startLastN: (n) => `pictures of no more than ${n ?? 0} others are asked for at first (startLastN)`,
  startAudioOnly: () => 'no pictures are asked for (startAudioOnly)',
  startSilent: () => 'no sound is sent or received (startSilent)',
  startAudioMuted: (n) => `whoever joins after the first ${n ?? 0} is muted (startAudioMuted)`,
  startVideoMuted: (n) => `whoever joins after the first ${n ?? 0} sends no picture (startVideoMuted)`,
};

export const networkSentences: NetworkSentences = {
  'network-loss': ({ lossByReceiver, maxLoss, ...step }) =>
    inStep(
      step,
      `${list(Object.keys(lossByReceiver))} lost up to ${percent(largest(lossByReceiver))} % of the packets from the bridge (threshold ${percent(maxLoss)} %)`,
    ),
  'network-delay': ({ roundTripMs, maxRoundTripMs, ...step }) =>
    inStep(
      step,
      `The round trip of ${list(Object.keys(roundTripMs))} is up to ${largest(roundTripMs)} ms (threshold ${maxRoundTripMs} ms)`,
    ),
  'signaling-slow': ({ roundTripMs, threshold, ...step }) =>
    inStep(
      step,
      `The XMPP server takes up to ${formatDuration(largest(roundTripMs))} for each question of ${list(Object.keys(roundTripMs))} in the call (threshold ${formatDuration(threshold)}): whoever joins, leaves or mutes is noticed as much later. Look at the load of prosody, at its limits (mod_limits), and at the proxy before it`,
    ),
  'bridge-unreachable-directly': ({ participants, everybody, offered, ...step }) =>
    inStep(
      step,
      `${everybody ? 'Nobody reaches' : `${list(participants)} ${participants.length > 1 ? 'do' : 'does'} not reach`} the bridge itself (its UDP port): media is relayed by the TURN server${offered ? `; ${offerClause(offered)}` : ''}`,
    ),
  'loudest-only': ({ unheard, participants, ...step }) =>
    inStep(
      step,
      `While all ${participants.length} spoke, the bridge did not forward ${list(unheard)}; in turn, each was heard by everybody. The videobridge forwards the loudest alone (loudest.route-loudest-only), so this is no loss`,
    ),
  'path-unexpected': ({ participants, expected, ...step }) => {
    const who = `${list(participants)} ${participants.length > 1 ? 'stay' : 'stays'}`;
    return inStep(
      step,
      expected === 'direct'
        ? `${who} on the bridge; media of the two was expected to go directly`
        : `${who} on the direct connection; all media was expected to go over the bridge`,
    );
  },
  'recovery-slow': ({ participants, streams, maxRecoveryMs, ...step }) => {
    // There is no finding without one; the slowest comes first.
    const { receiver, sender, kind, recoveredMs } = streams[0]!;
    const others = streams.length - 1;
    const more =
      others > 0
        ? `; ${others} more ${others === 1 ? 'stream was' : 'streams were'} slower than that, too`
        : '';
    return inStep(
      step,
      `Media of ${list(participants)} was back late: ${receiver} ${kind === 'audio' ? 'heard' : 'saw'} ${sender} again only after ${inSeconds(recoveredMs)} (maxRecovery ${inSeconds(maxRecoveryMs)})${more}`,
    );
  },
  'direct-off': (step) =>
    inStep(
      step,
      'Direct connections are disabled here (p2p): no change between direct connection and bridge was tested',
    ),
  'one-path-only': ({ streams: { bridge } }) =>
    bridge.broken > 0
      ? 'All of it happens over the bridge; over the direct connection every stream arrived.'
      : 'All of it happens over the direct connection; over the bridge every stream arrived.',
  'bridge-elsewhere': ({ region, met, there }) => {
    const who = list(met.map(({ participant }) => participant));
    const is = met.length > 1 ? 'are' : 'is';
    const regions = [...new Set(met.map((one) => one.region ?? 'a region that jicofo does not name'))];
    const known =
      there.length > 0
        ? `The deployment has a bridge there: ${list(there)} met it`
        : 'Nobody in this run met a bridge there';
    return `${who} ${is} in region ${region} and met a bridge in ${list(regions)}. ${known}. Look at jicofo's bridge.selection-strategy (by default all of a room share the bridge of whoever came first; RegionBasedBridgeSelectionStrategy with relays between bridges does not), and at the region of each videobridge (relay.region).`;
  },
  'media-unexpected': ({ participants, way: found, ...step }) =>
    inStep(step, `${list(participants)} has a media connection (${way(found)}), although none was expected`),
  'relay-expected': ({ participants, way: found, ...step }) =>
    inStep(
      step,
      `${list(participants)} was expected to be relayed (TURN), but is connected another way (${way(found)})`,
    ),
  'network-profile': ({ participants, way: found, ...step }) =>
    inStep(
      step,
      `${list(participants)} should have been limited to TURN but connected another way (${way(found)}): the browser ignored the restriction`,
    ),
  'picture-below': ({ height, fps, withinMs, streams, ...step }) => {
    const expected = [
      ...(height === null ? [] : [`${height} lines`]),
      ...(fps === null ? [] : [`${fps} pictures/s`]),
    ];
    const shown = streams.map((one) => {
      const sent =
        one.sentHeight === null || one.sentHeight === one.height
          ? ''
          : ` of ${one.sentHeight} lines that are sent`;
      const why =
        one.limitedBy === null
          ? ''
          : `, limited by ${one.limitedBy === 'cpu' ? 'the CPU of this machine' : one.limitedBy}`;
      return `${one.sender} at ${one.receiver} ${one.height ?? 'unknown'} lines${sent}, ${one.fps ?? 'unknown'} pictures/s${why}`;
    });
    return inStep(
      step,
      `Pictures stay below what is expected (${expected.join(', ')}) ${Math.round(withinMs / 1000)} s after the watch: ${shown.join('; ')}`,
    );
  },
  'picture-distorted': ({ minSimilarity, streams, ...step }) =>
    inStep(
      step,
      `Pictures arrive distorted (similarity to what was sent below ${minSimilarity}; 1 is the same picture): ${streams.map(({ sender, receiver, similarity }) => `${sender} at ${receiver} ${similarity}`).join(', ')}. A slow or lossy network, or a bridge that sends small pictures, does this`,
    ),
  'sound-distorted': ({ minSignalToNoiseDb, streams, ...step }) =>
    inStep(
      step,
      `Sound arrives distorted (less than ${minSignalToNoiseDb} dB above noise): ${streams.map(({ sender, receiver, signalToNoiseDb }) => `${sender} at ${receiver} ${signalToNoiseDb} dB`).join(', ')}. Lost packets and low bit rates do this`,
    ),
  'codec-unexpected': ({ expected, streams, ...step }) =>
    inStep(
      step,
      `Pictures arrive in another codec than expected (${expected.join(' or ')}): ${streams.map(({ sender, receiver, codec }) => `${sender} at ${receiver} ${codec}`).join(', ')}`,
    ),
  'network-not-cut': ({ participants, ...step }) =>
    inStep(
      step,
      `The network of ${list(participants)} was cut, and media passed all the same: the browser ignored it, and nothing is known of what happens after a cut`,
    ),
  restricted: ({ settings, ...step }) =>
    inStep(
      step,
      `By configuration people see or hear less than is there: ${settings.map((one) => RESTRICTED[one.key](one.value)).join('; ')}. Vigie’s participants joined without it, to test the rest`,
    ),
  'start-muted': ({ keys, ...step }) =>
    inStep(
      step,
      `The deployment lets everybody join muted (${keys.join(', ')} in config.js); Vigie unmuted its participants to test the rest`,
    ),
};
