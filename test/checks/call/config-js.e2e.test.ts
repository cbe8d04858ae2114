/** A `config.js` that people's browsers get as part of the page, and that is sent as no script when it is asked for. */
import { expect, it, onTestFinished } from 'vitest';
import { frontOfSandbox } from '../../hostile/on-sandbox.ts';
import { playCall, wrong } from '../../support/call/sandbox.ts';

const TEXT = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' };
const LOADS = '<script src="/config.js"></script>';

async function deployment(written: boolean) {
  let config = '';
  const front = await frontOfSandbox((path, body) => {
    if (path.startsWith('/config.js')) return { headers: TEXT, body };
    const page = written ? body.replace(LOADS, `<script>${config}</script>`) : body;
    return body.includes(LOADS) ? { headers: { 'content-type': 'text/html' }, body: page } : null;
  });
  onTestFinished(() => front.close());
  config = await (await fetch(`${front.url}config.js`)).text();
  return front;
}

it('keeps nobody out of a call, whose page has it written into it', async () => {
  const { url } = await deployment(true);
  const app = { browser: 'chromium', client: 'app' };
  const run = await playCall({ url, watch: '1s', participants: ['chromium', 'firefox', app] });
  expect(wrong(run).filter((one) => one !== 'error machine-busy')).toEqual([]);
  expect(run.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
});

it('that declares nothing is not found in the page instead, and one that goes by what there is works', async () => {
  const served = async (change: (config: string) => string) => {
    const front = await frontOfSandbox((path, body) =>
      path.startsWith('/config.js')
        ? { headers: { 'content-type': 'text/javascript' }, body: change(body) }
        : null,
    );
    onTestFinished(() => front.close());
    return playCall({ url: front.url, watch: '1s', participants: ['chromium', 'firefox'] });
  };
  const declared = await served((config) =>
    config.replace(/(var|const|let) config =/, 'window.config = window.config ||'),
  );
  expect(wrong(declared).filter((one) => one !== 'error machine-busy')).toEqual([]);
  expect(wrong(await served(() => '/* nothing */'))).toEqual(['fail config-incomplete']);
});

it('keeps everybody out where the page loads it', async () => {
  const { url } = await deployment(false);
  const run = await playCall({ url, watch: '1s', participants: ['chromium', 'chromium'] });
  expect(wrong(run)).toEqual(['fail config-missing']);
  expect(run.findings[0]!.text).toContain('config.js as "text/plain" with nosniff');
});
