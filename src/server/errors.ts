/** The server's refusals: a stable code for programs, a sentence for people. */

import type { RefusalCode } from '../view/words/index.ts';

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'token-missing': 401,
  'token-wrong': 403,
  'runs-by-hand-closed': 403,
  'foreign-origin': 403,
  'no-such-check': 404,
  'no-such-run': 404,
  'no-such-evidence': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'check-busy': 409,
  'no-configuration': 409,
  'check-disabled': 409,
  'body-too-large': 413,
  'wrong-host': 421,
  'configuration-refused': 422,
  'too-many-tries': 429,
  internal: 500,
  busy: 503,
  dropped: 503,
  stopping: 503,
};

export type ErrorCode = RefusalCode;

export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** More about it, beside code and message. */
  readonly details: object;
  constructor(code: ErrorCode, message: string, details: object = {}) {
    super(message);
    this.code = code;
    this.status = STATUS[code];
    this.details = details;
  }
}

/** Any error as one of ours. What was not foreseen says nothing of its inside. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const status = statusOf(error);
  if (status === 413)
    return new ApiError('body-too-large', 'The body of the request is too large; none is needed.');
  if (status >= 400 && status < 500) {
    const message = error instanceof Error ? error.message : 'The request could not be understood.';
    return new ApiError('bad-request', message);
  }
  return new ApiError('internal', 'Vigie failed to answer; its log says why.');
}

function statusOf(error: unknown): number {
  const known = typeof error === 'object' && error !== null && 'statusCode' in error;
  return known && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
