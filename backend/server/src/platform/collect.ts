import type { ApiError } from './errors';
import type { Upload } from './handler';

/**
 * All of an upload that is small enough to be held.
 * @param tooLarge what is thrown where it is larger than `most` bytes
 */
export async function collect({ length, parts }: Upload, most: number, tooLarge: () => ApiError): Promise<Buffer> {
  if (length !== null && length > most) throw tooLarge();
  const found: Buffer[] = [];
  let size = 0;
  for await (const part of parts) {
    size += part.length;
    if (size > most) throw tooLarge();
    found.push(part);
  }
  return Buffer.concat(found);
}
