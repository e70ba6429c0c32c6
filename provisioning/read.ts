import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { z } from 'zod';

export const here = path.dirname(fileURLToPath(import.meta.url));

/** A provisioning file as it stands, dollars included. @throws ZodError for what Grafana would pass over */
export const readFile = <T extends z.ZodType>(file: string, schema: T): z.output<T> =>
  schema.parse(parse(readFileSync(path.join(here, file), 'utf8')));

/** What Grafana makes of a text in which it fills in the environment (pkg/services/provisioning/values). */
export const expand = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (match, braced?: string, bare?: string) =>
    match === '$$' ? '$' : (env[braced ?? bare ?? ''] ?? ''),
  );

/** Names of the environment that a text asks for. */
export const asksFor = (text: string): string[] =>
  [...text.replaceAll('$$', '').matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
