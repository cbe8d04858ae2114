/** Variables, secrets, paths and merges of a configuration, and files that are none. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how variables are written in a configuration
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { formatProblems, loadConfig } from '../../src/config/load.ts';
import { kinds } from '../support/config/kinds.ts';

import { loading, MEET } from '../support/config/loading.ts';

const { here, problems, valid } = loading();

describe('variables', () => {
  test('are filled in anywhere in a text, quoted or not', async () => {
    const config = await valid(
      `checks: [{ name: "\${NAME}-1", kind: call, url: "https://\${HOST}/\${ROOM}" }]`,
      {
        NAME: 'meet',
        HOST: 'meet.example.org',
        ROOM: 'a b',
      },
    );
    expect(config.checks[0]).toMatchObject({
      name: 'meet-1',
      options: { url: 'https://meet.example.org/a b' },
    });
  });

  test('$${ is ${ itself', async () => {
    const config = await valid('checks: [{ name: p, kind: mail, relay: { host: "$${NAME}" } }]', {
      NAME: 'x',
    });
    expect(config.checks[0]?.options).toMatchObject({ relay: { host: '${NAME}' } });
  });

  test('are numbers and booleans where those are expected', async () => {
    const config = await valid(
      'checks: [{ name: p, kind: mail, relay: { host: h, port: "${PORT}", tls: "${TLS}" } }]',
      {
        PORT: '2525',
        TLS: 'false',
      },
    );
    expect(config.checks[0]?.options).toMatchObject({ relay: { port: 2525, tls: false } });
  });

  test('stay texts where a text is expected: a password of digits is a password', async () => {
    const config = await valid(`server: { token: "\${TOKEN}" }\nchecks: ${MEET}`, { TOKEN: '0123' });
    expect(config.server.token?.reveal()).toBe('0123');
  });

  test('a value is not filled in again', async () => {
    const config = await valid(`server: { token: "\${TOKEN}" }\nchecks: ${MEET}`, { TOKEN: '${TOKEN}' });
    expect(config.server.token?.reveal()).toBe('${TOKEN}');
  });

  test('their values are never in a problem, whatever the key', async () => {
    const env = { SECRET: 'correct-horse-battery' };
    const everywhere = `
server: { listen: "\${SECRET}", token: ["\${SECRET}"] }
evidence: { dir: "\${SECRET}", keepPasses: "\${SECRET}", maxAge: "\${SECRET}" }
log: { level: "\${SECRET}" }
checks:
  - { name: "\${SECRET}!", kind: "\${SECRET}", every: "\${SECRET}", cron: "\${SECRET}" }
  - { name: a, kind: call, url: "\${SECRET}", participants: ["\${SECRET}"] }
  - { name: "\${SECRET}", kind: mail, relay: { host: h, password: "file:\${SECRET}", ca: "\${SECRET}" } }
  - { name: "\${SECRET}", kind: mail, relay: { host: h }, senders: ["\${SECRET}"] }
`;
    const reported = await problems(everywhere, env);
    expect(reported.split('\n').length).toBeGreaterThan(12);
    expect(reported).not.toContain(env.SECRET);
  });
});

describe('secrets', () => {
  test('come from files, relative to the configuration, without line ends behind them', async () => {
    await writeFile(join(here(), 'token'), 'p4ss word\r\n\n');
    const config = await valid(`server: { token: "file:token" }\nchecks: ${MEET}`);
    expect(config.server.token).toBeInstanceOf(Secret);
    expect(config.server.token?.reveal()).toBe('p4ss word');
    expect(JSON.stringify(config)).not.toContain('p4ss');
  });

  test('a path may hold a variable', async () => {
    await writeFile(join(here(), 'token'), 'p4ss');
    const config = await valid(`server: { token: "file:\${DIR}/token" }\nchecks: ${MEET}`, {
      DIR: here(),
    });
    expect(config.server.token?.reveal()).toBe('p4ss');
  });

  test('an empty file is no secret', async () => {
    await writeFile(join(here(), 'token'), '\n');
    expect(await problems(`server: { token: "file:token" }\nchecks: ${MEET}`)).toBe(
      'vigie.yaml:1:18: server.token: expected a secret that is not empty; found a string',
    );
  });

  test('written out in the file, they are not repeated', async () => {
    const text = 'checks: [{ name: p, kind: mail, relay: { host: h, password: [hunter2] } }]';
    expect(await problems(text)).not.toContain('hunter2');
  });
});

describe('files', () => {
  test('become absolute, from the directory of the configuration', async () => {
    await writeFile(join(here(), 'ca.pem'), '');
    const config = await valid('checks: [{ name: p, kind: mail, relay: { host: h, ca: ca.pem } }]');
    expect(config.checks[0]?.options).toMatchObject({ relay: { ca: join(here(), 'ca.pem') } });
  });
});

describe('anchors and merges', () => {
  test('repeat what checks share; what a check sets itself wins', async () => {
    const config = await valid(`
checks:
  - &usual
    name: a
    kind: call
    url: https://meet.example.org/
    watch: 10s
  - { name: b, watch: 20s, <<: *usual }
  - { <<: [*usual], name: c }
`);
    expect(config.checks.map(({ name, options }) => [name, options])).toEqual([
      ['a', expect.objectContaining({ watch: 10_000 })],
      ['b', expect.objectContaining({ watch: 20_000 })],
      ['c', expect.objectContaining({ watch: 10_000 })],
    ]);
  });

  test('one that contains itself is refused', async () => {
    expect(await problems('checks: &a [*a]')).toContain('an alias that contains itself');
  });

  test('a few lines that would become billions are refused', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n += 1)
      lines.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(await problems(lines.join('\n'))).toContain('the aliases in this file multiply it too far');
  });
});

describe('the file itself', () => {
  test('is not there', async () => {
    const loaded = await loadConfig(join(here(), 'no.yaml'), kinds, {});
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ line: null, message: 'cannot be read: there is no such file' }],
    });
  });

  test('is a directory', async () => {
    const loaded = await loadConfig(here(), kinds, {});
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe(
      `${here()}: cannot be read: it is a directory, expected a YAML file`,
    );
  });

  test('may have a byte order mark and Windows line ends', async () => {
    const text = `\uFEFFchecks: ${MEET}    watsh: 5s\n`.replaceAll('\n', '\r\n');
    expect(await problems(text)).toBe('vigie.yaml:5:5: checks[0].watsh: unknown key; did you mean "watch"?');
  });
});
