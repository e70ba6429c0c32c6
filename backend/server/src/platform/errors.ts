import type { Problem } from '@jetstream-console/contract';

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  408: 'Too slow',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  416: 'Not in it',
  422: 'Cannot be done',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad answer from NATS',
  503: 'Not available',
  504: 'No answer in time',
};

export interface ErrorDetails {
  errors?: Problem['errors'];
  nats?: Problem['nats'];
  conflict?: Problem['conflict'];
  keyConflict?: Problem['keyConflict'];
  cause?: unknown;
  /** seconds after which another try makes sense; becomes Retry-After */
  retryAfter?: number;
}

/**
 * The one error class. `message` is safe to show and says what a person can do; `cause` is for the log alone.
 * `code` is stable and part of the api.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
  }

  toProblem(requestId: string): Problem {
    const { errors, nats, conflict, keyConflict } = this.details;
    return {
      type: `urn:jetstream-console:problem:${this.code}`,
      title: titles[this.status] ?? 'Error',
      status: this.status,
      code: this.code,
      detail: this.message,
      requestId,
      ...(errors && { errors }),
      ...(conflict && { conflict }),
      ...(keyConflict && { keyConflict }),
      ...(nats && { nats }),
    };
  }
}

export const notFound = (what: string) =>
  new ApiError(404, 'not_found', `${what} does not exist, or is not yours to see.`);
export const forbidden = (reason: string) => new ApiError(403, 'forbidden', reason);
export const invalid = (field: string, message: string) =>
  new ApiError(400, 'invalid', `${field}: ${message}`, { errors: [{ field, message }] });
