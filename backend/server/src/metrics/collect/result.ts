import { ApiError } from '../../platform/errors';
import { fromClientError } from '../../jetstream/api';
import type { AccountInfo } from '../sample/accounts';
import type { Moment } from '../sample/increase';
import { ParserLost, ReplyError } from '../sample/parser';
import type { MetaFigures } from '../sample/readers';
import type { ServerFigures } from '../sample/serverRow';
import type { Strain } from './pace';

/** What one look at a cluster brought, besides what the parsing thread holds. */
export interface Look {
  readonly mode: 'system' | 'account';
  readonly ownAccount: string | null;
  /** how accounts are called, by id */
  readonly names: ReadonlyMap<string, string>;
  readonly expected: readonly string[];
  readonly answered: ReadonlySet<string>;
  /** false where pages of a list do not fit together */
  readonly whole: boolean;
  readonly servers: readonly { readonly name: string; readonly at: Moment; readonly figures: ServerFigures | null }[];
  readonly serversExpected: number | null;
  readonly serversHeard: number | null;
  readonly meta: MetaFigures | null;
  readonly info: AccountInfo | null;
  readonly strain: Strain;
}

const overloadedCodes = [503, 429];
export const isOverload = (error: unknown): boolean =>
  (error instanceof ReplyError && error.code !== null && overloadedCodes.includes(error.code)) ||
  (error instanceof ApiError && error.code === 'jetstream_unavailable');

/** Why a collection failed, in a sentence that says what to do. */
export function explainFailure(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof ReplyError)
    return error.code === null
      ? `The cluster answered in a form that the console does not know: ${error.message}`
      : `NATS answers: ${error.message}.`;
  if (error instanceof ParserLost) return "The console's own parsing thread ended; it is started anew.";
  return fromClientError(error, 'the collector').message;
}
