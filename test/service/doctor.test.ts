/** The doctor: what facts mean, and that this machine can be examined. */
import { describe, expect, it, vi } from 'vitest';
import { diagnose } from '../../src/service/diagnosis.ts';
import { examine, type Fact } from '../../src/service/doctor.ts';

const cases: [Fact, string, RegExp, RegExp | null][] = [
  [
    { id: 'browser', browser: 'chromium', program: null, version: null },
    'problem',
    /cannot be placed/,
    /apt-get install chromium-headless-shell.*VIGIE_CHROMIUM/,
  ],
  [{ id: 'browser', browser: 'firefox', program: null, version: null }, 'warning', /missing/, /firefox-esr/],
  [
    { id: 'browser', browser: 'firefox', program: '/x', version: null },
    'problem',
    /does not start/,
    /--version/,
  ],
  [{ id: 'browser', browser: 'firefox', program: '/x', version: '140.1' }, 'ok', /140\.1, \/x/, null],
  [{ id: 'sound', program: null, needed: true }, 'problem', /PulseAudio is missing/, /apt-get/],
  [{ id: 'sound', program: null, needed: false }, 'ok', /only Firefox/, null],
  [{ id: 'sandbox', state: 'works' }, 'ok', /own sandbox/, null],
  [{ id: 'sandbox', state: 'as-root' }, 'warning', /as root/, /without privileges/],
  [{ id: 'sandbox', state: 'forbidden' }, 'warning', /kernel/, /unprivileged_userns_clone/],
  [{ id: 'shared-memory', directory: '/dev/shm', free: 64e6 }, 'warning', /64 MB/, /--shm-size/],
  [{ id: 'temporary', directory: '/tmp', fault: 'EROFS', free: null }, 'problem', /\/tmp/, /EROFS.*TMPDIR/],
  [{ id: 'open-files', limit: 256 }, 'problem', /at most 256/, /ulimit/],
  [{ id: 'open-files', limit: null }, 'ok', /no limit/, null],
  [{ id: 'processes', limit: 100 }, 'warning', /at most 100/, /--pids-limit/],
  [{ id: 'clock', now: '2026-11-28T00:00:00.000Z', synchronised: false }, 'warning', /not sync/, /NTP/],
  [{ id: 'clock', now: '2026-11-28T00:00:00.000Z', synchronised: null }, 'ok', /nothing here reports/, null],
  [
    { id: 'dns', servers: ['192.0.2.1'], fault: 'ETIMEOUT' },
    'warning',
    /192\.0\.2\.1.*ETIMEOUT/,
    /resolv\.conf/,
  ],
  [{ id: 'dns', servers: ['192.0.2.1'], fault: null }, 'ok', /answers/, null],
  [{ id: 'proxy', variables: ['https_proxy'] }, 'warning', /https_proxy is set/, /directly/],
];

describe('the doctor', () => {
  it.each(cases)('judges %j', (fact, state, text, advice) => {
    const found = diagnose(fact);
    expect(found).toMatchObject({ state, text: expect.stringMatching(text) });
    if (advice === null) expect(found.advice).toBeNull();
    else expect(found.advice).toMatch(advice);
  });

  it('examines this machine', async () => {
    const machine = { free: async () => 1e10, openFiles: async () => 4096, processes: async () => null };
    const facts = await examine('1.2.3', machine);
    expect(facts.map(({ id }) => id).filter((id) => id !== 'sandbox')).toEqual([
      'vigie',
      'browser',
      'browser',
      'sound',
      'shared-memory',
      'temporary',
      'open-files',
      'processes',
      'clock',
      'dns',
    ]);
    vi.stubEnv('https_proxy', 'http://user:secret@proxy.example.org:3128');
    vi.stubEnv('HTTP_PROXY', '');
    expect((await examine('1.2.3', machine)).at(-1)).toEqual({ id: 'proxy', variables: ['https_proxy'] });
  }, 30_000);
});
