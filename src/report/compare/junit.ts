/**
 * A comparison as JUnit XML: a regression is a `failure`; where it is unknown whether the whole is worse, that is an
 * `error`. A part of which that is unknown is `skipped`.
 */
import type { Line } from '../../compare/compare.ts';
import { type Compared, change, headline, moreWords, pWords } from '../../compare/words.ts';
import { xml } from '../junit.ts';

interface Case {
  readonly name: string;
  readonly tag: 'failure' | 'error' | 'skipped' | null;
  readonly text: string;
}

export function comparisonJunit(compared: Compared): string {
  const { comparison, before } = compared;
  const { verdict, complete, lines } = comparison;
  const whole: Case = {
    name: 'the deployment as a whole',
    tag: verdict === 'regression' ? 'failure' : verdict === 'too few runs' ? 'error' : null,
    text: headline(compared),
  };
  const cases = [whole, ...(complete ? [complete, ...lines] : lines).map(caseOf)];
  const count = (tag: Case['tag']) => cases.filter((each) => each.tag === tag).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const classname = `compare.${before.check}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="vigie compare" ${counts}>\n  <testsuite name="${xml(classname)}" ${counts}>\n${cases
    .map((each) => caseXml(each, classname))
    .join('\n')}\n  </testsuite>\n</testsuites>\n`;
}

function caseOf(line: Line): Case {
  const { level, verdict, text, p, more } = line;
  const said = `${verdict}: ${text}: ${change(line)} (${pWords(p)})`;
  if (verdict === 'regression') return { name: text, tag: 'failure', text: said };
  if (verdict !== 'too few runs') return { name: text, tag: null, text: said };
  const tag = level === 'deployment' && more ? 'error' : 'skipped';
  return { name: text, tag, text: more ? `${said}; ${moreWords(line)} would do` : said };
}

function caseXml({ name, tag, text }: Case, classname: string): string {
  const head = `    <testcase classname="${xml(classname)}" name="${xml(name)}"`;
  if (!tag) return `${head}>\n      <system-out>${xml(text)}</system-out>\n    </testcase>`;
  return `${head}>\n      <${tag} message="${xml(text)}"/>\n    </testcase>`;
}
