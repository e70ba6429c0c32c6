import type { Batch } from './encode';
import type { AssetCounts, Collection } from './finish';
import type { Moment } from './increase';
import type { Answer, Jsz, ListPage, StreamPage } from './intake';

/** What the main thread asks of the one that parses. Bytes are handed over, not copied. */
export type Ask =
  | {
      readonly kind: 'open';
      readonly snapshot: Uint8Array | null;
      /** rows of the last collection that are safe */
      readonly batches: readonly Batch[];
      /** and those that there was no room for */
      readonly refused: readonly Batch[];
    }
  | { readonly kind: 'begin' }
  | {
      readonly kind: 'jsz';
      readonly answer: Answer;
      /** whose streams are in it; null: only which accounts there are */
      readonly account: string | null;
      readonly data: Uint8Array;
      readonly gzip: boolean;
    }
  | {
      readonly kind: 'streams';
      readonly at: Moment;
      readonly account: string;
      readonly domain: string;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'consumers';
      readonly account: string;
      readonly domain: string;
      readonly pages: readonly ConsumerPage[];
    }
  | { readonly kind: 'unsettled'; readonly answered: ReadonlySet<string> }
  | { readonly kind: 'finish'; readonly collection: Collection }
  | { readonly kind: 'adopt'; readonly batches: readonly number[] }
  | { readonly kind: 'live'; readonly of: 'streams' | 'consumers' }
  | { readonly kind: 'close' };

/** A page of a stream's consumers; without data it could not be had. */
export type ConsumerPage =
  | { readonly stream: string; readonly at: Moment; readonly data: Uint8Array }
  | { readonly stream: string; readonly at: null; readonly data: null };

/** `refused`: the server's code where it gave no page. */
export type ConsumerAnswer = ListPage & { readonly refused: number | null };

export interface Answers {
  open: null;
  begin: null;
  jsz: Jsz;
  streams: StreamPage;
  consumers: readonly ConsumerAnswer[];
  unsettled: readonly string[];
  finish: { batches: readonly Batch[]; snapshot: Uint8Array; counts: AssetCounts; configWanted: boolean };
  adopt: null;
  live: string;
  close: null;
}
export type Kind = Ask['kind'];

export interface Request {
  readonly id: number;
  readonly cluster: string;
  readonly ask: Ask;
}
export type Response =
  | { readonly id: number; readonly ok: true; readonly answer: Answers[Kind] }
  | {
      readonly id: number;
      readonly ok: false;
      /** what the server refused; null for a reply that cannot be read */
      readonly code: number | null;
      readonly message: string;
    };
