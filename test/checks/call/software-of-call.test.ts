import { expect, it } from 'vitest';
import { softwareOfCall } from '../../../src/checks/call/assemble.ts';
import type { Software } from '../../../src/checks/software.ts';

const history = (...details: Record<string, unknown>[]) => ({
  participants: [
    { history: [{ at: 1, name: 'connected', detail: {} }] },
    { history: details.map((detail) => ({ at: 2, name: 'joined', detail })) },
  ] as never[],
});
const asked: Software[] = [
  { part: 'jicofo', name: 'JiCoFo', version: '1.0.9' },
  { part: 'videobridge', name: 'JVB', version: '2.3.187' },
];

it('a call takes jicofo’s word in the room of this call before what one jicofo says that was asked', () => {
  const reported = history(
    { endpointId: 'abc', jicofo: null },
    { endpointId: 'abd', jicofo: '1.1.SNAPSHOT\u0007' },
  );
  expect(softwareOfCall(reported, asked)).toEqual([
    { part: 'jicofo', name: 'JiCoFo', version: '1.1.SNAPSHOT' },
    asked[1],
  ]);
});

it('a call knows what was asked where nothing was announced', () => {
  expect(softwareOfCall(history({ endpointId: 'abc' }, { endpointId: 'abd', jicofo: 7 }), asked)).toEqual(
    asked,
  );
  expect(softwareOfCall(history(), [])).toEqual([]);
});
