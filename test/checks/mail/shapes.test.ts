/** Messages of real shape, as they are written. */
import { describe, expect, test } from 'vitest';
import { headerOf } from '../../../src/checks/mail/header.ts';
import { mailOptions } from '../../../src/checks/mail/options.ts';
import { SHAPES } from '../../../src/checks/mail/shape-names.ts';
import { writeShape } from '../../../src/checks/mail/shapes.ts';
import { sortMessage } from '../../../src/checks/mail/sorting.ts';
import { newToken } from '../../../src/checks/mail/token.ts';

const token = newToken('mail');
const sender = { address: 'probe@one.example' };
const write = (shape: (typeof SHAPES)[number]) =>
  writeShape(shape, sender, `${token}@probe.example`, token).raw;

describe.each(SHAPES)('%s', (shape) => {
  test('is a complete message with its token, and lines that end as in SMTP', () => {
    const raw = write(shape);
    const header = headerOf(raw);
    expect(sortMessage(header)).toEqual({ kind: 'message', token });
    const text = raw.toString('latin1');
    expect(text).not.toMatch(/[^\r]\n|\r[^\n]/);
    for (const name of ['from', 'to', 'date', 'message-id', 'mime-version', 'content-type', 'subject'])
      expect(
        header.filter((field) => field.name === name),
        name,
      ).toHaveLength(1);
    expect(header.find(({ name }) => name === 'from')?.value).toContain('probe@one.example');
  });
});

test('only the shapes that are about it have eight bits, or long lines', () => {
  const eight = SHAPES.filter((shape) => write(shape).some((byte) => byte > 0x7f));
  expect(eight).toEqual(['eight-bit']);
  const long = SHAPES.filter((shape) =>
    write(shape)
      .toString('latin1')
      .split('\r\n')
      .some(({ length }) => length > 998),
  );
  expect(long).toEqual(['long-line', 'long-header']);
});

test('are tested once a day unless the configuration says otherwise', () => {
  const required = {
    submission: { host: 'out.example.org', user: 'u', password: 'p' },
    senders: ['probe@one.example'],
    receive: { mx: { listen: '0.0.0.0:25', domain: 'probe.example' } },
  };
  expect(mailOptions.parse(required).shapes).toEqual({ every: 86_400_000, kinds: SHAPES });
  expect(mailOptions.parse({ ...required, shapes: false }).shapes).toBe(false);
  expect(mailOptions.parse({ ...required, shapes: { kinds: ['html'] } }).shapes).toMatchObject({
    kinds: ['html'],
  });
});
