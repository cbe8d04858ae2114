/** What a domain publishes about the encryption of mail to it: MTA-STS (RFC 8461) and TLS-RPT (RFC 8460), as data. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import { text, whole } from '../../schema.ts';

export const MODES = ['enforce', 'testing', 'none'] as const;

/** What is wrong with a record, so that senders ignore it. */
export const STS_RECORD_FAULTS = ['multiple', 'syntax', 'id'] as const;
export const RPT_RECORD_FAULTS = ['multiple', 'syntax', 'no-address', 'address'] as const;

/** Why there is no policy to read, or none that senders use. */
export const POLICY_FAULTS = [
  'no-address',
  'private-address',
  'refused',
  'certificate',
  'tls',
  'redirect',
  'status',
  'type',
  'too-large',
  'version',
  'mode',
  'max-age',
  'no-mx',
] as const;

export const policyFault = z.strictObject({
  fault: z.enum(POLICY_FAULTS),
  detail: text.describe('what was found, such as a status; empty where the fault says all'),
});

export const policy = z.strictObject({
  mode: z.enum(MODES),
  maxAge: whole.describe('seconds'),
  mx: z.array(text).describe('patterns; `*.` stands for one label'),
});

export const transport = z.strictObject({
  mtaSts: z
    .strictObject({
      record: z.array(text),
      recordFault: z.enum(STS_RECORD_FAULTS).nullable(),
      policy: policy.nullable(),
      policyFault: policyFault.nullable(),
      unmatched: z.array(text).describe('MX hosts of the domain that the policy does not name'),
    })
    .nullable()
    .describe('null where nothing is published'),
  tlsRpt: z
    .strictObject({ record: z.array(text), recordFault: z.enum(RPT_RECORD_FAULTS).nullable() })
    .nullable()
    .describe('null where nothing is published'),
});

export type Transport = Immutable<z.output<typeof transport>>;
export type Policy = Immutable<z.output<typeof policy>>;
export type PolicyFault = Immutable<z.output<typeof policyFault>>;
export type StsRecordFault = (typeof STS_RECORD_FAULTS)[number];
export type RptRecordFault = (typeof RPT_RECORD_FAULTS)[number];
