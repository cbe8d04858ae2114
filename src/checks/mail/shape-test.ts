/**
 * Once in a while, messages of real shape in the name of the first sender. What was found is repeated in every run until the
 * next test, so that a fault that is tested once a day does not look repaired a quarter of an hour later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Found } from '../check.ts';
import type { MailCause } from './causes.ts';
import { alterations, authorDomain, type Exchanged, exchangeMessage, type MailRun } from './exchange.ts';
import type { MailOptions } from './options.ts';
import type { ShapeResult } from './result.ts';
import type { Shape } from './shape-names.ts';
import { writeShape } from './shapes.ts';

export interface ShapesTested {
  readonly results: readonly ShapeResult[];
  readonly findings: readonly Found<'mail'>[];
}

const NONE: ShapesTested = { results: [], findings: [] };

interface Remembered extends ShapesTested {
  readonly at: number;
  /** What was tested: another relay or sender is another test. */
  readonly about: string;
}

/** The latest test of each check of this process. */
const remembered = new Map<string, Remembered>();

/** A run is never exactly a day after another. */
const EARLY_MS = 60_000;

/**
 * Tests the shapes where that is due, and repeats what is known where it is not. A relay that does not deliver a plain message
 * signed is not asked for more.
 */
export async function testShapes(run: MailRun, plain: Exchanged | undefined): Promise<ShapesTested> {
  const { options, check, signal } = run;
  if (options.shapes === false) return NONE;
  const about = aboutOf(options);
  const known = remembered.get(check);
  const current = known?.about === about ? known : undefined;
  const due = !current || Date.now() - current.at >= options.shapes.every - EARLY_MS;
  if (!due || !sound(plain) || signal.aborted) return current ?? NONE;
  const at = Date.now();
  const tested = await Promise.all(
    options.shapes.kinds.map(async (shape, index) => {
      await sleep(options.stagger * index, undefined, { signal }).catch(() => {});
      return signal.aborted ? null : testShape(run, shape, new Date(at).toISOString());
    }),
  );
  const complete = tested.filter((one) => one !== null);
  const result: ShapesTested = {
    results: complete.map((one) => one.result),
    findings: complete.flatMap(({ finding }) => (finding ? [finding] : [])),
  };
  // What could not be decided is tried again by the next run.
  const decided =
    complete.length === tested.length && result.results.every((one) => one.became !== 'unknown');
  if (decided) remembered.set(check, { ...result, at, about });
  return result;
}

/** Forgets what was found. For tests. */
export function forgetShapes(): void {
  remembered.clear();
}

function aboutOf({ submission, senders, receive, shapes }: MailOptions): string {
  const { host, port } = submission;
  return JSON.stringify([host, port, senders[0]?.address, receive.mx?.domain, receive.imap?.address, shapes]);
}

function sound(plain: Exchanged | undefined): boolean {
  const dkim = plain?.authentication?.dkim;
  return dkim?.result === 'pass' && dkim.aligned;
}

interface Tested {
  readonly result: ShapeResult;
  readonly finding: Found<'mail'> | null;
}

async function testShape(run: MailRun, shape: Shape, testedAt: string): Promise<Tested> {
  const [sender] = run.options.senders;
  const exchanged = await exchangeMessage(run, {
    login: sender!,
    sender: sender!,
    label: `shape-${shape}`,
    write: (to, token) => writeShape(shape, sender!, to, token),
  });
  return judgeShape(exchanged, shape, testedAt);
}

/** What became of a message of this shape. */
function judgeShape(exchanged: Exchanged, shape: Shape, testedAt: string): Tested {
  const { message, sent, received, authentication } = exchanged;
  const domain = authorDomain(sent);
  const { state, response } = message.submission;
  const of = (became: ShapeResult['became'], cause: MailCause | null): Tested => ({
    result: { shape, testedAt, became },
    finding: cause && { cause, outcome: 'degraded' },
  });
  if (received && authentication) {
    const { dkim, fromDomain } = authentication;
    if (dkim.result === 'temperror') return of('unknown', null);
    if (dkim.result === 'pass' && dkim.domain === domain && fromDomain === domain) return of('signed', null);
    const { alteredLine } = alterations(sent, received.raw);
    return of('unsigned', { id: 'shape-dkim-lost', domain, shape, dkim, alteredLine, testedAt });
  }
  const lost = (how: 'refused' | 'bounced' | 'missing', said: string | null): Tested =>
    of('lost', { id: 'shape-lost', domain, shape, how, response: said, testedAt });
  if (message.bounce) return lost('bounced', message.bounce.diagnostic);
  if (state === 'refused') return lost('refused', response);
  const missing = exchanged.findings.some(({ cause }) => cause.id === 'not-delivered');
  return missing ? lost('missing', null) : of('unknown', null);
}
