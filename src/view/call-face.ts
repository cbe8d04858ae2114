/** The pages' face of a call; its parts are in `call.ts`, `matrix.ts` and `report/`. */
import type { callCauses } from '../checks/call/causes.ts';
import type { CallResult, CallStream } from '../checks/call/result.ts';
import type { Cell, PageFace, Particulars } from './face.ts';
import type { Tone } from './format.ts';
import { type Html, html } from './html.ts';
import { matrix, perceives, tellingStep, verdict } from './matrix.ts';
import { callParts } from './report/call.ts';
import type { Words } from './words/index.ts';

export const callFace: PageFace<'call'> = {
  drawings: true,
  doubts: ['machine-busy'] satisfies (keyof typeof callCauses)[],
  summary,
  details,
  cells: ({ streams }, t) => streamCells(streams, t),
  progress(call, t) {
    const step = tellingStep(call);
    return step === null ? null : matrix(call, step, { pending: true, t });
  },
  address: ({ url }) => url,
  facts: ({ version }) => (version === null ? [] : [['lib-jitsi-meet', version]]),
};

/** One matrix, of the most telling step. */
function summary(call: CallResult, t: Words): Html | null {
  const step = tellingStep(call);
  if (step === null || call.participants.length === 0) return null;
  return html`${matrix(call, step, { pending: false, t })}
    ${call.steps.length > 1 && html`<p class="dim">${t.matrix.oneOf(call.steps.length)}</p>`}`;
}

function details(call: CallResult, { screenshot, ...particulars }: Particulars): Html {
  const shots = call.participants.flatMap(({ name, browser }) => {
    const source = screenshot(name);
    return source === null ? [] : [{ name, browser, source }];
  });
  return callParts({ call, shots, ...particulars });
}

/** Each stream, as the worst that it was in any step. */
function streamCells(streams: readonly CallStream[], t: Words): Cell[] {
  const worst = new Map<string, CallStream>();
  for (const stream of streams) {
    const key = `${stream.receiver} ${stream.sender} ${stream.kind}`;
    const before = worst.get(key);
    if (!before || RANK.indexOf(verdict(stream, t).tone) < RANK.indexOf(verdict(before, t).tone)) {
      worst.set(key, stream);
    }
  }
  return [...worst].map(([key, stream]) => ({
    key,
    label: perceives(stream.kind, t)(stream.receiver, stream.sender),
    ...verdict(stream, t),
  }));
}

const RANK: readonly Tone[] = ['bad', 'warn', 'unsure', 'quiet', 'good'];
