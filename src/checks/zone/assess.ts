/** One answer about one record, judged: what of it counts, and how it compares with the template. */
import type { Answer } from '../../dns/resolver.ts';
import { isDmarc, nearlyDmarc } from '../records/dmarc.ts';
import { dmarcName, reportName } from '../records/names.ts';
import { isSpf, nearlySpf } from '../records/spf.ts';
import { compareDkim } from './compare-dkim.ts';
import { compareDmarc, compareReport } from './compare-dmarc.ts';
import { compareMx, mxText } from './compare-mx.ts';
import { compareSpf, nearMiss } from './compare-spf.ts';
import type { Comparison } from './comparison.ts';
import type { ZoneRecordKind } from './result.ts';
import type { Expected } from './template.ts';

/** A lookup that a domain needs, and what its answer is compared with. */
export interface Question {
  readonly record: ZoneRecordKind;
  readonly name: string;
  readonly type: 'MX' | 'TXT';
  /** The zone that the record belongs into. */
  readonly zone: string;
  /** What the template expects, as texts. */
  readonly expected: readonly string[];
}

export interface Assessment extends Comparison {
  readonly found: readonly string[];
}

/** The questions about a domain, in the order in which they are shown; `reportHosts` are those outside of it. */
export function questionsFor(expected: Expected, reportHosts: readonly string[]): Question[] {
  const { domain } = expected;
  const questions: Question[] = [];
  const txt = (record: ZoneRecordKind, name: string, value: string | null, zone = domain) =>
    questions.push({ record, name, type: 'TXT', zone, expected: value === null ? [] : [value] });
  if (expected.mx) {
    const texts = expected.mx.map(mxText);
    questions.push({ record: 'mx', name: domain, type: 'MX', zone: domain, expected: texts });
  }
  if (expected.spf !== null) txt('spf', domain, expected.spf);
  if (expected.dkim) txt('dkim', expected.dkim.name, expected.dkim.value);
  if (expected.dmarc !== null) txt('dmarc', dmarcName(domain), expected.dmarc);
  if (expected.report !== null) {
    for (const host of reportHosts) txt('dmarc-report', reportName(domain, host), expected.report, host);
  }
  return questions;
}

/** Judges an answer that is definite. The question must have something expected. */
export function assess(question: Question, expected: Expected, answer: Answer): Assessment {
  if (answer.type === 'MX') {
    const records = (answer as Answer<'MX'>).records;
    return { ...compareMx(expected.mx ?? [], records, expected.domain), found: records.map(mxText) };
  }
  const strings = (answer as Answer<'TXT'>).records;
  const texts = strings.map((pieces) => pieces.join(''));
  const [wanted = ''] = question.expected;
  if (question.record === 'dkim') return { ...compareDkim(wanted, texts), found: texts };
  if (question.record === 'spf') {
    const found = texts.filter(isSpf);
    if (found.length === 0) {
      for (const text of texts) {
        const nearly = nearlySpf(text);
        if (nearly) return { ...nearMiss(text, nearly), found: [text] };
      }
    }
    const pieces = strings.find((all) => isSpf(all.join('')));
    return { ...compareSpf(wanted, found, expected.domain, pieces), found };
  }
  const found = texts.filter(isDmarc);
  const nearly = texts.filter(nearlyDmarc);
  const compare = question.record === 'dmarc' ? compareDmarc : compareReport;
  return { ...compare(wanted, found, nearly), found: found.length > 0 ? found : nearly };
}
