/** What panels read in Grafana, by its own code: no label turned into something else, no state without its word. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../dashboards/generate.ts';
import { COLOR } from '../../dashboards/palette.ts';
import { faults, type PanelJson, type Sample, shown, withoutGrafana } from '../support/dashboards/grafana.ts';
import { needs } from '../support/needs.ts';

const PANELS = [...generate()]
  .filter(([name]) => name.endsWith('.json'))
  .flatMap(([, text]) => (JSON.parse(text) as { panels: PanelJson[] }).panels)
  .filter(({ type }) => type !== 'row');
const panel = (title: string) => PANELS.find((each) => each.title === title)!;

/** Of a column that states none, in all versions of Grafana's table. */
const LEAST_WIDTH = 150;
/** Of the 24 columns of a dashboard on such a screen, beside the menu. */
const COLUMN_PX = 55;
const PADDING_PX = 16;

/** Of a heading: a character at most, on average; the sign of a filter; what is around it. */
const CHARACTER_PX = 7.5;
const FILTER_PX = 18;
const CELL_PX = 12;

function propertyOf({ fieldConfig }: PanelJson, name: string, property: string): unknown {
  const its = fieldConfig.overrides.filter(({ matcher }) => matcher.options === name);
  return its.flatMap(({ properties }) => properties).find(({ id }) => id === property)?.value;
}
const widthOf = (panel: PanelJson, name: string) =>
  propertyOf(panel, name, 'custom.width') as number | undefined;

/** One of two receivers lacks one of two senders. */
const CALL: Sample[] = ['C', 'B', 'A'].flatMap((receiver) =>
  ['B', 'C', 'A']
    .filter((sender) => sender !== receiver)
    .map((sender) => ({ metric: { receiver, sender }, value: receiver === 'C' && sender === 'B' ? 0 : 1 })),
);

describe('panels in Grafana', { ...needs(withoutGrafana()), timeout: 60_000 }, () => {
  it('a matrix has its labels and its words, in order', async () => {
    const values = await shown(panel('Who hears whom'), [CALL]);
    const names = values.filter(({ value }) => typeof value === 'string');
    expect(names.map(({ text }) => text)).toEqual(['A', 'B', 'C']);
    const columns = [...new Set(values.map(({ field }) => field))];
    expect(columns.slice(1)).toEqual(['A', 'B', 'C']);
    const lost = values.find(({ value }) => value === 0)!;
    expect([lost.field, lost.text, lost.color]).toEqual(['B', '✗ MISSING', COLOR.bad]);
    expect(values.find(({ value }) => value === null)!.text).toBe('–');
  });

  it('every state of every panel has a word, and every label reads as it is', async () => {
    const labels = {
      instance: 'vigie.example.org:9797',
      check: 'meet',
      kind: 'call',
      receiver: 'B',
      sender: 'A',
      // What looks like a number is none.
      step: '1.0',
      media: 'audio',
      domain: '0.50',
      version: '2.0',
      value: '140.0',
      record: 'mx',
      mechanism: 'dkim',
      part: 'bosh',
      severity: 'critical',
      alertname: 'VigieCheckFailing',
    };
    const found: string[] = [];
    for (const each of PANELS) {
      const count = each.targets.length;
      for (const value of [0, 1]) {
        found.push(
          ...(await faults(
            each,
            Array.from({ length: count }, () => [{ metric: labels, value }]),
          )),
        );
      }
    }
    expect(found).toEqual([]);
  });

  it('a number that is not there is no alarm, in a cell neither', async () => {
    const labels = { instance: 'i', check: 'meet', kind: 'call', step: 'join', media: 'audio' };
    for (const each of PANELS.filter(({ type }) => type === 'stat' || type === 'table')) {
      const values = await shown(
        each,
        each.targets.map(() => [{ metric: labels, value: 1 }]),
      );
      for (const absent of values.filter(({ value }) => value === null)) {
        const of = `${each.title}: ${absent.field}`;
        expect([of, absent.text]).not.toEqual([of, '']);
        expect([COLOR.bad, COLOR.poor], of).not.toContain(absent.color);
        if (each.type === 'stat') expect([of, absent.color]).toEqual([of, COLOR.unknown]);
      }
    }
  });

  it('the words of a table are those of its column, and it is sorted by one that it has', async () => {
    const answers = [[{ metric: { instance: 'i', check: 'meet', kind: 'call' }, value: 2 }]];
    const all = panel('All checks');
    const values = await shown(all, [...answers, ...all.targets.slice(1).map(() => [])]);
    expect(values.find(({ field }) => field === 'now')!.text).toBe('✗ fails');
    for (const each of PANELS.filter(({ options }) => options?.sortBy)) {
      const columns = each.transformations!.find(({ id }) => id === 'organize')!.options as {
        renameByName: Record<string, string>;
      };
      for (const { displayName } of each.options!.sortBy!)
        expect(Object.values(columns.renameByName), each.title).toContain(displayName);
    }
  });

  it('a label that a row lacks is nothing', async () => {
    const tables = PANELS.filter(({ transformations }) =>
      transformations?.some(({ id }) => id === 'organize'),
    );
    for (const each of tables) {
      const rows = [{ alertname: 'VigieGone', check: 'meet', domain: 'x', receiver: 'A', step: 's' }, {}];
      const values = await shown(
        each,
        each.targets.map(() => rows.map((metric) => ({ metric, value: 1 }))),
      );
      for (const { field, value, text } of values)
        if (value === '') expect(['', '–'], `${each.title}: ${field}`).toContain(text);
    }
  });

  it('a row of a state timeline has room for its words', () => {
    for (const { type, title, gridPos, options } of PANELS) {
      if (type !== 'state-timeline') continue;
      const rows = options!.perPage!;
      expect(rows, title).toBeGreaterThanOrEqual(5);
      expect((38 * gridPos.h - 8 - 130) / rows, title).toBeGreaterThanOrEqual(18);
    }
  });

  it('a table has room for its columns on a screen of 1440 pixels', () => {
    for (const each of PANELS.filter(({ type }) => type === 'table')) {
      const named = each.transformations!.find(({ id }) => id === 'organize')?.options as
        | { renameByName: Record<string, string> }
        | undefined;
      if (!named) continue;
      const columns = Object.values(named.renameByName).map((name) => widthOf(each, name));
      // One at least takes what is left, so that a wide screen has no empty part.
      expect(columns, each.title).toContain(undefined);
      for (const [index, name] of Object.values(named.renameByName).entries()) {
        const filtered = propertyOf(each, name, 'custom.filterable') === false ? 0 : FILTER_PX;
        const heading = name.length * CHARACTER_PX + filtered + CELL_PX;
        expect(heading, `${each.title}: ${name}`).toBeLessThanOrEqual(columns[index] ?? LEAST_WIDTH);
      }
      const needed = columns.reduce((sum: number, width) => sum + (width ?? LEAST_WIDTH), 0);
      expect(needed, each.title).toBeLessThanOrEqual(each.gridPos.w * COLUMN_PX - PADDING_PX);
    }
  });

  it('a coloured cell is coloured by every Grafana since 9.0', () => {
    const named = PANELS.flatMap(({ fieldConfig }) =>
      fieldConfig.overrides.map(({ properties }) => properties.map(({ id }) => id)),
    );
    const colored = named.filter((ids) => ids.includes('custom.cellOptions'));
    expect(colored.length).toBeGreaterThan(5);
    for (const ids of colored) expect(ids).toContain('custom.displayMode');
  });
});
