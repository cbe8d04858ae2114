/** The operator's template: read, checked, and filled in for a domain. */
import { readFileSync } from 'node:fs';
import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { errorCode } from '../../base/errno.ts';
import { suggestion } from '../../base/suggest.ts';
import { normaliseName } from '../../dns/name.ts';
import { keyOfPem, keyOfRecord, recordOfKey } from '../records/dkim.ts';
import { isDmarc } from '../records/dmarc.ts';
import { dkimName } from '../records/names.ts';
import { isSpf } from '../records/spf.ts';
import type { Mx } from './compare-mx.ts';
import { isName, readyTemplate, readyTemplates } from './examples.ts';

/** A fault in a template or its variables: the message states what is wrong, where, and what to do. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** The file itself could not be read. */
  readonly unreadable: boolean;

  constructor(message: string, unreadable = false) {
    super(message);
    this.unreadable = unreadable;
  }
}

const text = z.string({ error: 'expected the text of a record' }).min(1, 'expected the text of a record');
const variable = z.union([z.string(), z.number().transform(String)], { error: 'expected a text' });

const schema = z.strictObject({
  variables: z.record(z.string(), variable).default({}),
  mx: z.array(text, { error: 'expected a list, such as ["10 mail.example.org"]' }).min(1).optional(),
  spf: text.optional(),
  dkim: z.strictObject({ selector: text, value: text }).optional(),
  dmarc: text.optional(),
  'dmarc-report': text.optional(),
});

export interface Template {
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly records: Omit<z.output<typeof schema>, 'variables'>;
}

/** What a domain has to publish; a record that the template does not ask for is null. */
export interface Expected {
  readonly domain: string;
  readonly mx: readonly Mx[] | null;
  readonly spf: string | null;
  /** `value` is null when no key is known to compare with. */
  readonly dkim: { readonly name: string; readonly value: string | null } | null;
  readonly dmarc: string | null;
  readonly report: string | null;
}

/** What has to be given where no template is. */
export function howToChoose(): string {
  return `name a ready template (${readyTemplates().join(', ') || 'there is none here'}) or the path of a YAML file; docs/zone.md describes the format`;
}

/**
 * Reads a template: a ready one by its name, any other by its path. Variables given here replace those of the file.
 * @throws TemplateError
 */
export function loadTemplate(chosen: string, variables: Readonly<Record<string, string>> = {}): Template {
  const file = readyTemplate(chosen) ?? chosen;
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    const hint = isName(chosen) ? ` No ready template has this name: ${howToChoose()}.` : '';
    throw new TemplateError(`The template ${file} cannot be read: ${errorCode(cause)}.${hint}`, true);
  }
  return parseTemplate(source, file, variables);
}

/** @throws TemplateError with file, line and key */
export function parseTemplate(
  source: string,
  file: string,
  variables: Readonly<Record<string, string>> = {},
): Template {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new TemplateError(`${file}: ${broken.message}`);
  const lineOf = (path: readonly PropertyKey[]): string => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as Node | undefined;
      if (node?.range) return `${file}:${lines.linePos(node.range[0]).line}`;
    }
    return file;
  };
  if (!isMap(document.contents))
    throw new TemplateError(`${file}: expected keys such as mx, spf, dkim and dmarc.`);
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
    const where = lineOf([...(issue?.path ?? []), ...keys.slice(0, 1)]);
    const what = keys.length > 0 ? unknownWord('key', keys[0]!, Object.keys(schema.shape)) : issue?.message;
    throw new TemplateError(`${where}: ${[...(issue?.path ?? [])].join('.') || 'template'}: ${what}`);
  }
  const { variables: own, ...records } = parsed.data;
  for (const name of Object.keys(variables)) {
    if (name in own) continue;
    throw new TemplateError(`${unknownWord('variable', name, Object.keys(own))} The template is ${file}.`);
  }
  const template: Template = { file, variables: { ...own, ...variables }, records };
  // A template that cannot be filled in is reported now, not in the middle of a run.
  check(template, lineOf);
  return template;
}

function check(template: Template, lineOf: (path: readonly PropertyKey[]) => string): void {
  const at = (path: readonly string[], work: () => void) => {
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof TemplateError)) throw cause;
      throw new TemplateError(`${lineOf(path)}: ${path.join('.')}: ${cause.message}`);
    }
  };
  const { records } = template;
  const fill = (value: string) => substitute(value, variablesFor(template, 'example.org'));
  at(['mx'], () => records.mx?.map((line) => readMx(fill(line))));
  at(['spf'], () => {
    if (records.spf && !isSpf(fill(records.spf)))
      throw new TemplateError('expected a record that begins with "v=spf1 ".');
  });
  at(['dkim', 'selector'], () => records.dkim && fill(records.dkim.selector));
  at(['dkim', 'value'], () => records.dkim && fill(records.dkim.value));
  at(['dmarc'], () => mustBeDmarc(records.dmarc && fill(records.dmarc)));
  at(['dmarc-report'], () => mustBeDmarc(records['dmarc-report'] && fill(records['dmarc-report'])));
  at(['variables', 'key'], () => publicKey(template));
}

function mustBeDmarc(value: string | undefined): void {
  if (value !== undefined && !isDmarc(value)) {
    throw new TemplateError('expected a record that begins with "v=DMARC1".');
  }
}

/** What the template asks of a domain. `operatorKey`: the base64 of `p=`, where the variable `key` is empty. */
export function expand(template: Template, domain: string, operatorKey: string | null): Expected {
  const key = publicKey(template) ?? operatorKey;
  const values = { ...variablesFor(template, domain), ...(key === null ? {} : { key }) };
  const { records } = template;
  const fill = (value: string) => substitute(value, values);
  const needsKey = records.dkim?.value.includes('{key}') ?? false;
  return {
    domain,
    mx: records.mx?.map((line) => readMx(fill(line))) ?? null,
    spf: records.spf ? fill(records.spf) : null,
    dkim: records.dkim
      ? {
          name: dkimName(fill(records.dkim.selector).toLowerCase(), domain),
          value: needsKey && key === null ? null : fill(records.dkim.value),
        }
      : null,
    dmarc: records.dmarc ? fill(records.dmarc) : null,
    report: records['dmarc-report'] ? fill(records['dmarc-report']) : null,
  };
}

/** Where the operator's own key is published, for a template without one; null when a key is given or not needed. */
export function operatorKeyName(template: Template): string | null {
  const { dkim } = template.records;
  const { operator } = template.variables;
  if (!dkim?.value.includes('{key}') || publicKey(template) !== null || !operator) return null;
  return normaliseName(dkimName(substitute(dkim.selector, variablesFor(template, operator)), operator));
}

/** The selector that every domain has; null where the template has none, or one that differs from domain to domain. */
export function commonSelector(template: Template): string | null {
  const { dkim } = template.records;
  if (!dkim) return null;
  const [one, other] = ['a.example', 'b.example'].map((domain) =>
    substitute(dkim.selector, variablesFor(template, domain)).toLowerCase(),
  );
  return one === other ? one! : null;
}

function variablesFor(template: Template, domain: string): Record<string, string> {
  return { ...template.variables, domain };
}

function substitute(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\{([A-Za-z][\w-]*)\}/g, (_, name: string) => {
    const known = variables[name];
    if (known === undefined)
      throw new TemplateError(unknownWord('variable', `{${name}}`, Object.keys(variables)));
    return known;
  });
}

function unknownWord(what: string, word: string, known: readonly string[]): string {
  const bare = word.replace(/[{}]/g, '');
  const hint = suggestion(bare, known) ?? `known are ${known.join(', ') || 'none'}.`;
  return `Unknown ${what} "${bare}"; ${hint}`;
}

/** The variable `key` as the base64 of `p=`; null when it is empty. @throws TemplateError */
export function publicKey({ variables }: Template): string | null {
  const given = variables.key?.trim() ?? '';
  if (given === '') return null;
  const expected = 'expected a public key: base64, a PEM file’s content, or a DKIM record with "p="';
  if (given.includes('-----BEGIN')) {
    try {
      return /p=(\S+)/.exec(recordOfKey(keyOfPem(given)))?.[1] ?? null;
    } catch {
      throw new TemplateError(`${expected}.`);
    }
  }
  const written = /(?:^|[;\s"])p\s*=\s*(?<key>[^;]*)/.exec(given)?.groups?.key ?? given;
  const base64 = written.replace(/[\s"()]+/g, '');
  const kinds = ['rsa', 'ed25519'].map((kind) => `v=DKIM1; k=${kind}; p=${base64}`);
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64) || !kinds.some((record) => keyOfRecord(record))) {
    throw new TemplateError(`${expected}; the value is not a key.`);
  }
  return base64;
}

function readMx(line: string): Mx {
  const match = /^(?<priority>\d{1,5})\s+(?<host>\S+)$/.exec(line.trim())?.groups;
  const exchange = match?.host === '.' ? '' : normaliseName(match?.host ?? '');
  if (!match || exchange === null || Number(match.priority) > 65_535) {
    throw new TemplateError(
      `expected a priority and a host, such as "10 mail.example.org", found "${line}".`,
    );
  }
  return { priority: Number(match.priority), exchange };
}
