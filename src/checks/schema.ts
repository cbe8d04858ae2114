/** Schemas that the results of several kinds share. They are strict: an answer with anything else does not pass. */
import { z } from 'zod';

/** ISO 8601, UTC. */
export const at = z.iso.datetime().describe('ISO 8601, UTC');
export const ms = z.number().describe('milliseconds');
export const text = z.string();
export const flag = z.boolean();
export const whole = z.int();
