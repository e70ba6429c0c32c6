import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Downloaded engines; ignored by git, shared by start and tests. */
export const engineHome = path.join(root, '.engines');
export const platform = `${process.platform}-${process.arch}`;

/** An error a person can act on; shown without a stack. */
export class Advice extends Error {
  override readonly name = 'Advice';
}
