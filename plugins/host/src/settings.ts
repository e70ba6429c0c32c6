import { existsSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const stored = z.object({
  enabled: z.boolean().default(true),
  pinned: z.boolean().default(true),
  jsonData: z.record(z.string(), z.unknown()).default({}),
  secureJsonData: z.record(z.string(), z.string()).default({}),
});
export const settingsInput = stored.partial();
export type SettingsInput = z.infer<typeof settingsInput>;
/** @property updated when they were written, in milliseconds; 0 before that */
export type Settings = z.infer<typeof stored> & { readonly updated: number };

/** A plugin's settings in a file that only its owner reads; secrets go in and are never given out again. */
export function makeSettings(dir: string) {
  const fileOf = (id: string) => path.join(dir, `${id.replace(/[^a-z0-9-]/g, '')}.json`);
  const read = async (id: string): Promise<Settings> => {
    const file = fileOf(id);
    if (!existsSync(file)) return { ...stored.parse({}), updated: 0 };
    return { ...stored.parse(JSON.parse(await readFile(file, 'utf8'))), updated: (await stat(file)).mtimeMs };
  };
  return {
    read,
    shown: async (id: string) => {
      const { secureJsonData, updated: _updated, ...rest } = await read(id);
      return {
        id,
        ...rest,
        secureJsonFields: Object.fromEntries(Object.keys(secureJsonData).map((key) => [key, true])),
      };
    },
    write: async (id: string, input: SettingsInput) => {
      const { updated: _updated, ...before } = await read(id);
      const after = { ...before, ...input, secureJsonData: { ...before.secureJsonData, ...input.secureJsonData } };
      await writeFile(`${fileOf(id)}.new`, JSON.stringify(after), { mode: 0o600 });
      await rename(`${fileOf(id)}.new`, fileOf(id));
    },
  };
}
export type SettingsStore = ReturnType<typeof makeSettings>;
