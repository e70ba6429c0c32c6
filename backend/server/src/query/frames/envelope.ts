import type { framesHeader } from '@jetstream-console/contract';
import type { z } from 'zod';
import { encodeArrow } from './arrow';
import type { QueryAnswer } from './frame';

type Header = z.infer<typeof framesHeader>;

/** Four bytes with the length of the JSON header, the header, the frames' Arrow files: the gateway passes them on unread. */
export async function encodeEnvelope(answers: readonly QueryAnswer[]): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  const results: Header['results'] = [];
  for (const { refId, status, error, errorSource, frames } of answers) {
    const lengths: number[] = [];
    for (const frame of frames) {
      const file = await encodeArrow(refId, frame);
      files.push(file);
      lengths.push(file.length);
    }
    results.push({ refId, status, error, errorSource, frames: lengths });
  }
  const header = Buffer.from(JSON.stringify({ results } satisfies Header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return [length, header, ...files];
}
