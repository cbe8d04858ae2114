/** French pages: no sign of two parts, and no quotation mark, at the beginning of a line. */
import { expect, it } from 'vitest';
import { html } from '../../src/view/html.ts';
import { page } from '../../src/view/layout.ts';
import { withFrenchSpaces } from '../../src/view/typography.ts';
import { LANGUAGES } from '../../src/view/words/index.ts';

it.each([
  ['Pourquoi ? Parce que ; voilà !', 'Pourquoi\u202f? Parce que\u202f; voilà\u202f!'],
  ['<b>Lancée</b> : deux fois', '<b>Lancée</b>\u00a0: deux fois'],
  ['« Vidéo » (pourquoi ?)', '«\u00a0Vidéo\u00a0» (pourquoi\u202f?)'],
  // Neither addresses nor entities, attributes nor data.
  ['https://x.example/?a=1 &amp; ::1', 'https://x.example/?a=1 &amp; ::1'],
  ['<a title="Oui : non" href="/?b">x</a>', '<a title="Oui : non" href="/?b">x</a>'],
  ['<pre class="x">a : b\n<b>c ?</b></pre> d : e', '<pre class="x">a : b\n<b>c ?</b></pre> d\u00a0: e'],
  ['<code>a ; b</code> ; c', '<code>a ; b</code>\u202f; c'],
])('%s', (text, spaced) => {
  expect(withFrenchSpaces(text)).toBe(spaced);
});

it('pages have them in French alone', () => {
  const frame = {
    now: new Date(0),
    version: '0',
    place: null,
    sandbox: true,
    refresh: null,
    still: false,
    title: 'x',
    tone: 'good' as const,
  };
  const [fr, en] = [LANGUAGES.fr, LANGUAGES.en].map((t) => page({ ...frame, t }, html`<p>Ici : non</p>`));
  expect(fr).toContain('<p>Ici\u00a0: non</p>');
  expect(fr).not.toMatch(/ [:;!?»](?=[\s<])/);
  expect(en).toContain('<p>Ici : non</p>');
});
