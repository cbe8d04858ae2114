/** A kind of check for a test: counts wheels. Its files, and its lines in the places that docs/architecture.md lists. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from './imports.ts';

const FILES: Readonly<Record<string, string>> = {
  'src/checks/toy/result.ts': `import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { whole } from '../schema.ts';

export const toyResult = z.strictObject({ wheels: whole });
export type ToyResult = Immutable<z.output<typeof toyResult>>;
`,
  'src/checks/toy/causes.ts': `import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../causes.ts';

export const toyCauses = { 'toy-wheel-missing': z.object({ wheels: z.int() }) } satisfies CauseSchemas;
export type ToyCause = CauseOf<typeof toyCauses>;
`,
  'src/checks/toy/words/index.ts': `import type { KindWords } from '../../wording.ts';
import type { Language } from '../../../base/language.ts';
import type { ToyCause } from '../causes.ts';

interface ToyWords extends KindWords<ToyCause> {
  readonly wheels: (n: number) => string;
}

export const toyWords: Readonly<Record<Language, ToyWords>> = {
  en: {
    kind: 'toy',
    service: { name: 'Toys', works: 'Toys roll.', slow: 'Toys limp.', broken: 'Toys are broken.' },
    findings: { 'toy-wheel-missing': ({ wheels }) => \`A wheel is missing: \${wheels} of 4 are there.\` },
    wheels: (n) => \`\${n} wheels\`,
  },
  fr: {
    kind: 'jouet',
    service: { name: 'Jouets', works: 'Les jouets roulent.', slow: 'Les jouets boitent.', broken: 'Les jouets sont cassés.' },
    findings: { 'toy-wheel-missing': ({ wheels }) => \`Il manque une roue : \${wheels} sur 4 sont là.\` },
    wheels: (n) => \`\${n} roues\`,
  },
};
`,
  'src/checks/toy/index.ts': `import { z } from 'zod';
import type { CheckKind } from '../check.ts';

const options = z.strictObject({ wheels: z.int().default(4) });

export const toyKind: CheckKind<'toy', z.output<typeof options>> = {
  kind: 'toy',
  defaultEvery: '1h',
  schema: options,
  heavy: false,
  deadlineMs: () => 5000,
  run: async ({ wheels }) => ({
    summary: '',
    phases: [{ name: 'count', ms: 1 }],
    findings: wheels < 4 ? [{ cause: { id: 'toy-wheel-missing', wheels }, outcome: 'fail' }] : [],
    toy: { wheels },
  }),
};
`,
  'src/report/toy.ts': `import type { TerminalFace } from './face.ts';

export const toyFace: TerminalFace<'toy'> = { particulars: ({ wheels }) => [\`wheels: \${wheels}\`] };
`,
  'src/view/toy.ts': `import { kinds } from '../checks/kinds.ts';
import type { PageFace } from './face.ts';
import { html } from './html.ts';

export const toyFace: PageFace<'toy'> = {
  summary: ({ wheels }, t) => html\`<p>\${kinds.toy.words[t.lang].wheels(wheels)}</p>\`,
  details: ({ wheels }, { t }) => html\`<p>\${kinds.toy.words[t.lang].wheels(wheels)}</p>\`,
  cells: ({ wheels }) => [{ key: 'wheels', label: 'wheels', tone: wheels < 4 ? 'bad' : 'good', word: String(wheels) }],
};
`,
  'src/server/metrics/toy.ts': `import type { Registry } from 'prom-client';
import { gauge } from './collector.ts';
import type { Collector } from './face.ts';

export function toyMetrics(registry: Registry): Collector<'toy'> {
  const wheels = gauge(registry, 'vigie_toy_wheels', 'How many wheels there are.', ['check']);
  return { reset: () => wheels.reset(), add: ({ wheels: n }, { check }) => wheels.set({ check }, n) };
}
`,
};

/** The places apart from the folder: an import, and a line in the one map that the file has. */
export const PLACES: Readonly<Record<string, { readonly imports: string; readonly line: string }>> = {
  'src/checks/kinds.ts': {
    imports: `import { toyCauses } from './toy/causes.ts';
import { toyResult } from './toy/result.ts';
import { toyWords } from './toy/words/index.ts';`,
    line: '  toy: { result: toyResult, causes: toyCauses, words: toyWords },',
  },
  'src/checks/index.ts': { imports: `import { toyKind } from './toy/index.ts';`, line: '  toy: toyKind,' },
  'src/report/faces.ts': { imports: `import { toyFace } from './toy.ts';`, line: '  toy: toyFace,' },
  'src/view/faces.ts': { imports: `import { toyFace } from './toy.ts';`, line: '  toy: toyFace,' },
  'src/server/metrics/faces.ts': {
    imports: `import { toyMetrics } from './toy.ts';`,
    line: '  toy: { parts: [], collector: toyMetrics },',
  },
};

/** Copies the program, and all that it needs, to a directory. */
export async function copyProgram(directory: string): Promise<void> {
  for (const name of ['src', 'docs', 'dashboards', 'package.json', 'tsconfig.json']) {
    await cp(join(ROOT, name), join(directory, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
}

/** Adds the kind to a copy of the program, but for some places. */
export async function addToy(directory: string, without: readonly string[] = []): Promise<void> {
  for (const [file, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), content);
  }
  for (const [file, { imports, line }] of Object.entries(PLACES)) {
    const text = await readFile(join(ROOT, file), 'utf8');
    const added = text.replace(/^import /m, `${imports}\nimport `).replace(/^ {2}zone: .*,$/m, `$&\n${line}`);
    await writeFile(join(directory, file), without.includes(file) ? text : added);
  }
}
