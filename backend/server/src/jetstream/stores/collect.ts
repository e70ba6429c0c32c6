import { ApiError } from '../../platform/errors';
import type { Upload } from '../../platform/handler';

/**
 * A body that has to be whole in memory: one message of NATS.
 * @throws ApiError 413 before more than that is read
 */
export async function collect({ length, parts }: Upload, most: number): Promise<Buffer> {
  const tooLarge = () =>
    new ApiError(
      413,
      'value_too_large',
      `The value is larger than the ${most.toLocaleString('en')} bytes that the server and this bucket take. Nothing was written.`,
    );
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
