/** The particulars of a call: its matrix, then how everybody was connected. */
import { inSeconds } from '../base/durations.ts';
import {
  bridgeAddress,
  type CallBridge,
  type CallParticipant,
  type CallResult,
  clientWord,
  expectedStreams,
} from '../checks/call/result.ts';
import { softwareWords } from '../checks/software.ts';
import type { RunFrame, TerminalFace } from './face.ts';
import { MATRIX_LEGEND, matrixLines } from './matrix.ts';
import type { Paint } from './paint.ts';

export const callFace: TerminalFace<'call'> = {
  particulars,
  live(call, paint, width) {
    const step = call.steps.at(-1)?.name;
    return step ? matrixLines(call, step, 'pending', paint, width) : [];
  },
};

function particulars(call: CallResult, run: RunFrame, paint: Paint, width?: number): string[] {
  if (call.steps.length === 0) return [];
  const lines: string[] = [];
  const several = call.steps.length > 1;
  for (const { name, ms, recoveredMs = null } of call.steps) {
    const recovered = recoveredMs === null ? '' : `, recovered after ${inSeconds(recoveredMs)}`;
    const head = several ? `${name} (${inSeconds(ms)}${recovered}): ` : '';
    const well = several && wellCount(call, name);
    // Steps in which all is well need one line; what is wrong is to be seen at once.
    if (well) lines.push(paint('dim', `${head}all ${well} streams ok`));
    else
      lines.push(
        paint('dim', `${head}${MATRIX_LEGEND}`),
        ...matrixLines(call, name, 'unknown', paint, width),
        '',
      );
  }
  if (lines.at(-1) !== '') lines.push('');
  const software = run.software ? [paint('dim', softwareWords(run.software))] : [];
  return [
    ...lines,
    ...connections(call, paint),
    ...software,
    ...likeness(call, paint),
    paint('dim', timing(call, run)),
  ];
}

/** How many streams a step has where every one of them is ok; null otherwise. */
function wellCount(call: CallResult, step: string): number | null {
  const ok = call.streams.filter((stream) => stream.step === step && stream.verdict === 'ok').length;
  return ok === expectedStreams(call, step) ? ok : null;
}

/** How like what arrived is to what was sent: the worst stream of each kind, and the best. */
function likeness({ streams }: CallResult, paint: Paint): string[] {
  const between = (values: readonly number[], unit = '') => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? `${least}${unit}` : `${least} to ${most}${unit}`;
  };
  const pictures = streams.flatMap(({ similarity }) => similarity ?? []);
  const sounds = streams.flatMap(({ signalToNoiseDb }) => signalToNoiseDb ?? []);
  const parts = [
    ...(pictures.length > 0 ? [`pictures ${between(pictures)} (SSIM)`] : []),
    ...(sounds.length > 0 ? [`sound ${between(sounds, ' dB')} above noise`] : []),
  ];
  return parts.length > 0 ? [paint('dim', `like what was sent: ${parts.join(', ')}`)] : [];
}

function connections({ participants, version }: CallResult, paint: Paint): string[] {
  return [
    ...participants.map((participant) => paint('dim', connection(participant))),
    paint('dim', `lib-jitsi-meet ${version ?? 'unknown'}`),
  ];
}

function connection(participant: CallParticipant): string {
  const {
    name,
    browser,
    client,
    version,
    transport,
    sent = [],
    signalingRoundTripMs = null,
    bridge,
    room,
  } = participant;
  const xmpp = signalingRoundTripMs === null ? '' : `, XMPP ${signalingRoundTripMs} ms`;
  const who = `${name}${room === undefined ? '' : ` (room ${room})`}  ${browser}${clientWord(client)} ${version ?? '(never started)'}`;
  if (!transport) return `${who}, no media connection${xmpp}`;
  const { path, candidateType, protocol, localPort, rttMs } = transport;
  const way = path === 'p2p' ? 'directly' : `over the bridge${bridge ? bridgeWords(bridge) : ''}`;
  const relayed = candidateType === 'relay' ? ', relayed' : '';
  const port = localPort === null ? '' : ` from port ${localPort}`;
  return `${who}, ${way} by ${protocol}${relayed}${port}${rttMs === null ? '' : `, round trip ${rttMs} ms`}${xmpp}${largePicture(sent)}`;
}

/** ` jvb1 (198.51.100.10:10000, region eu-west)`, as far as it is known. */
function bridgeWords(bridge: CallBridge): string {
  const { server, region } = bridge;
  const known = [bridgeAddress(bridge), region && `region ${region}`].filter(Boolean);
  return `${server === null ? '' : ` ${server}`}${known.length > 0 ? ` (${known.join(', ')})` : ''}`;
}

/** The largest picture that is sent, where it is larger than the usual one. */
function largePicture(sent: NonNullable<CallParticipant['sent']>): string {
  const [largest] = sent
    .filter(({ kind, active, height }) => kind === 'video' && active !== false && (height ?? 0) > 180)
    .toSorted((a, b) => b.height! - a.height!);
  return largest ? `, sends ${largest.width}×${largest.height} ${largest.codec ?? ''}`.trimEnd() : '';
}

function timing({ steps, streams }: CallResult, { phases }: RunFrame): string {
  const firsts = streams.flatMap(({ firstMs }) => firstMs ?? []);
  const complete =
    steps.length === 1 && firsts.length > 0 && firsts.length === streams.length
      ? `all streams after ${inSeconds(Math.max(...firsts))}; `
      : '';
  // What each step took stands beside the step.
  const shown = phases.filter(({ step }) => step === undefined);
  return `${complete}${shown.map(({ name, ms }) => `${name} ${inSeconds(ms)}`).join(', ')}`;
}
