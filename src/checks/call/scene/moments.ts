/** The moment in a call that a step stands for, as data: findings of the step begin with it. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';

export const moment = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.enum([
      'joined',
      'two-alone',
      'joined-the-two',
      'left-the-two',
      'reloaded',
      'rejoined',
      'muted',
      'unmuted',
      'opened',
      'admitted',
      'crashed',
      'network-back',
      'shared',
      'unshared',
      'moved',
      'woke',
    ]),
    who: z.array(z.string()),
  }),
  /** A step that a configuration wrote. */
  z.strictObject({ what: z.literal('step'), name: z.string() }),
]);

export type Moment = Immutable<z.output<typeof moment>>;
