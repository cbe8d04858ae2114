/** A notification: its content, as data, and in words. */
import { cutOff } from '../base/bounded.ts';
import type { Language } from '../base/language.ts';
import { intermittentText } from '../compare/intermittent-words/index.ts';
import { oneLine } from '../view/findings.ts';
import { LANGUAGES } from '../view/words/index.ts';
import type { Condition, Elsewhere } from './condition.ts';
import type { Item, Message, Status } from './data.ts';
import type { OwnFault } from './own-faults.ts';
import { runbookOf } from './runbooks.ts';
import { en, type NotifyWords } from './words/en.ts';
import { fr } from './words/fr.ts';

const WORDS = { en, fr } as const;

export interface Telling {
  readonly condition: Condition;
  readonly status: Exclude<Status, 'test'>;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** The severity of the notification that is now resolved. */
  readonly severity: 'critical' | 'warning';
}

/** No more items are listed: a phone shows a few lines. */
const MOST_ITEMS = 10;
const LONGEST_SENTENCE = 600;
/** Of a hundred checks that fail at once, the names of the first. */
const LONGEST_TITLE = 250;

/** Of the Vigie that notifies. */
export interface Sender {
  readonly language: Language;
  /** Where people reach the pages, without a slash at its end; null: messages have no links. */
  readonly base: string | null;
  /** Where it runs; null where that is not configured. */
  readonly place: string | null;
}

export function itemOf(
  { condition, status, since, severity }: Telling,
  { language, base, place }: Sender,
): Item {
  const { check, state, run, key, elsewhere } = condition;
  const link = (path: string) => (base === null ? null : `${base}${path}`);
  const runbook = runbookOf(condition);
  return {
    status,
    severity,
    state,
    check: check?.name ?? null,
    kind: check?.kind ?? null,
    title: check ? (check.title ?? check.name) : 'Vigie',
    group: check?.group ?? null,
    labels: check?.labels ?? {},
    place,
    elsewhere: status === 'resolved' ? null : elsewhere,
    outcome: run?.outcome ?? null,
    since: new Date(since).toISOString(),
    sentence: cutOff(sentenceOf(condition, status, language), LONGEST_SENTENCE),
    details: cutOff(detailsOf(condition, status, language), LONGEST_SENTENCE),
    findings:
      status === 'resolved'
        ? []
        : [...new Set(run?.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id))],
    run: run?.id ?? null,
    links: {
      run: run ? link(`/runs/${run.id}`) : null,
      check: link(check ? `/checks/${encodeURIComponent(key)}` : '/'),
      runbook: status === 'resolved' || !runbook ? null : link(`/runbooks/${runbook}.md`),
    },
  };
}

function sentenceOf(
  { key, state, check, run, intermittent }: Condition,
  status: Status,
  language: Language,
): string {
  const say = WORDS[language];
  const t = LANGUAGES[language];
  if (!check) {
    const fault = key.replace(/^vigie:/, '') as OwnFault;
    return status === 'resolved' ? say.ownOver[fault] : say.own[fault];
  }
  if (status === 'resolved') return state === 'ok' ? say.works : say.nothingToTell;
  if (state === 'intermittent') {
    return intermittentText(intermittent, check.kind, language) ?? say.intermittent;
  }
  if (state === 'stale') return say.stale;
  const line = run && oneLine(run, t).text;
  if (state === 'unknown') return line === null ? say.unknown : `${say.unknown} ${line}`;
  return line ?? say.states[state];
}

/** Beside what fails in every run: that it did so before, now and then. */
function detailsOf(
  { state, check, intermittent, count, elsewhere }: Condition,
  status: Status,
  language: Language,
): string {
  if (status === 'resolved' || !check) return '';
  const say = WORDS[language];
  const more = state === 'failing' ? intermittentText(intermittent, check.kind, language) : null;
  return [
    ...(state === 'failing' && count > 1 ? [say.failures(count)] : []),
    ...(more ? [more] : []),
    ...(elsewhere ? fromElsewhere(elsewhere, say, language) : []),
  ].join(' ');
}

function fromElsewhere(
  { failing, working, unknown }: Elsewhere,
  say: NotifyWords,
  language: Language,
): string[] {
  const list = (places: readonly string[]) => new Intl.ListFormat(language).format(places);
  return [
    ...(working.length > 0 ? [say.worksFrom(list(working))] : []),
    ...(failing.length > 0 ? [say.failsFrom(list(failing))] : []),
    ...(unknown.length > 0 ? [say.unknownFrom(list(unknown))] : []),
  ];
}

/** @param id known to whoever sends it, so that what is sent twice can be recognised */
export function messageOf(id: string, all: readonly Item[], language: Language, now: Date): Message {
  const items = [...all].sort((a, b) => order(a) - order(b));
  const status = items[0]!.status;
  const severity = items.some((item) => item.severity === 'critical' && item.status === status)
    ? 'critical'
    : 'warning';
  const shown = items.slice(0, MOST_ITEMS);
  const say = WORDS[language];
  return {
    version: 1,
    id,
    status,
    severity,
    language,
    title: cutOff(say.title(status, severity, items), LONGEST_TITLE),
    text: [
      ...shown.map((item) => textOf(item, shown.length > 1, language, now)),
      ...(items.length > shown.length ? [say.more(items.length - shown.length)] : []),
    ].join('\n\n'),
    items: shown,
    more: items.length - shown.length,
    sentAt: now.toISOString(),
  };
}

/** What fires first, of that the critical. */
function order({ status, severity }: Item): number {
  return ['firing', 'reminder', 'test', 'resolved'].indexOf(status) * 2 + (severity === 'critical' ? 0 : 1);
}

function textOf(item: Item, named: boolean, language: Language, now: Date): string {
  const say = WORDS[language];
  const { links, sentence, details, status } = item;
  return [
    named ? `${say.status[status]} ${item.title}${say.colon} ${sentence}` : sentence,
    ...(details ? [details] : []),
    ...(status === 'test' ? [] : [say.since(item, now)]),
    ...(links.run ? [`${say.run}${say.colon} ${links.run}`] : []),
    ...(links.check && !links.run ? [`${say.page}${say.colon} ${links.check}`] : []),
    ...(links.runbook ? [`${say.runbook}${say.colon} ${links.runbook}`] : []),
  ].join('\n');
}

/** A notification that shows that the way to a target works. */
export function testMessage(
  id: string,
  target: string,
  { language, base, place }: Sender,
  now: Date,
): Message {
  const say = WORDS[language];
  const item: Item = {
    status: 'test',
    severity: 'warning',
    state: 'ok',
    check: null,
    kind: null,
    title: 'Vigie',
    group: null,
    labels: {},
    place,
    elsewhere: null,
    outcome: null,
    since: now.toISOString(),
    sentence: say.test(target),
    details: '',
    findings: [],
    run: null,
    links: { run: null, check: base && `${base}/`, runbook: null },
  };
  return messageOf(id, [item], language, now);
}
