import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** What has to stay the same from one start to the next, since the data it opens does. */
const stateSchema = z.object({
  masterKey: z.string(),
  admin: z.object({ login: z.string(), password: z.string() }),
  userPasswords: z.record(z.string(), z.string()),
  /** of the Grafana connection that was made for this data folder */
  connection: z.object({ id: z.string(), text: z.string() }).nullable(),
});
export type State = z.infer<typeof stateSchema>;

const password = () => randomBytes(12).toString('base64url');

export async function readState(dir: string): Promise<State> {
  const file = path.join(dir, 'state.json');
  if (existsSync(file)) return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const state: State = {
    masterKey: randomBytes(32).toString('base64'),
    admin: { login: 'console-admin', password: password() },
    userPasswords: { admin: password(), editor: password(), reader: password(), viewer: password() },
    connection: null,
  };
  await writeState(dir, state);
  return state;
}

export const writeState = (dir: string, state: State): Promise<void> =>
  writePrivate(path.join(dir, 'state.json'), state);

/** Readable by its owner only, and never half written. */
export async function writePrivate(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
