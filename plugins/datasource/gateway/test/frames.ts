import { framesHeader, framesMediaType, queryRequest, querySpec } from '@jetstream-console/contract';
import { tableFromArrays, tableToIPC, type Table } from 'apache-arrow';
import type { z } from 'zod';
import type { Answerer, Call } from './console';

type Result = z.infer<typeof framesHeader>['results'][number];
export interface Answered extends Omit<Result, 'refId' | 'frames'> {
  readonly frames: readonly Uint8Array[];
}

export const arrowFile = (table: Table): Uint8Array => tableToIPC(table, 'file');
export const rows = (count: number): Uint8Array =>
  arrowFile(
    tableFromArrays({
      time: Float64Array.from({ length: count }, (_, i) => i * 1000),
      value: Float64Array.from({ length: count }, (_, i) => Math.sin(i)),
    }),
  );

export function envelope(answers: ReadonlyMap<string, Answered>): Buffer {
  const results = [...answers].map(([refId, answer]) => ({
    ...answer,
    refId,
    frames: answer.frames.map((frame) => frame.length),
  }));
  const header = Buffer.from(JSON.stringify(framesHeader.parse({ results })));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return Buffer.concat([length, header, ...[...answers.values()].flatMap(({ frames }) => frames)]);
}

export type QueryOf = z.output<typeof querySpec>;

/** Answers POST /query as the contract says: queries that do not fit by themselves, the others by `answer`. */
export const answerQueries =
  (answer: (spec: QueryOf, refId: string, call: Call) => Promise<Answered> | Answered): Answerer =>
  async (call, res) => {
    const { queries } = queryRequest.parse(JSON.parse(call.body.toString('utf8')));
    const answers = new Map<string, Answered>();
    for (const { refId, query } of queries) {
      const spec = querySpec.safeParse(query);
      answers.set(
        refId,
        spec.success
          ? await answer(spec.data, refId, call)
          : { status: 400, error: spec.error.issues[0]?.message ?? '', errorSource: 'downstream', frames: [] },
      );
    }
    res.writeHead(200, { 'content-type': framesMediaType }).end(envelope(answers));
  };
