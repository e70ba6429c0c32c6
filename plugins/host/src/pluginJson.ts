import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const role = z.enum(['Viewer', 'Editor', 'Admin']);
export type OrgRole = z.infer<typeof role>;

/** The parts of a plugin.json that the proxy and the navigation need. */
const pluginSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  /** of the plugin's server side: `<executable>_<os>_<arch>` beside plugin.json */
  executable: z.string().default(''),
  info: z.object({ version: z.string() }),
  includes: z
    .array(
      z.object({
        type: z.string(),
        name: z.string(),
        path: z.string().optional(),
        role: role.default('Viewer'),
        addToNav: z.boolean().default(false),
        defaultNav: z.boolean().default(false),
        icon: z.string().optional(),
      }),
    )
    .default([]),
  routes: z
    .array(
      z.object({
        path: z.string(),
        method: z.string().default(''),
        url: z.string(),
        reqRole: role.optional(),
        headers: z.array(z.object({ name: z.string(), content: z.string() })).default([]),
      }),
    )
    .default([]),
});
export type Plugin = z.infer<typeof pluginSchema> & { readonly dist: string };

export async function readPlugin(dist: string): Promise<Plugin> {
  return { ...pluginSchema.parse(JSON.parse(await readFile(path.join(dist, 'plugin.json'), 'utf8'))), dist };
}

const rank: Record<OrgRole, number> = { Viewer: 1, Editor: 2, Admin: 3 };
export const hasRole = (have: OrgRole, need: OrgRole | undefined): boolean =>
  need === undefined || rank[have] >= rank[need];

export interface Match {
  readonly route: Plugin['routes'][number];
  readonly rest: string;
}

/**
 * Grafana's way with a route of an app: the first whose method and path match decides, a method is compared whole, and
 * what the star matched is decoded before it goes upstream.
 */
export function matchRoute(plugin: Plugin, method: string, rawPath: string): Match | null {
  for (const route of plugin.routes) {
    if (route.method !== '' && route.method !== '*' && route.method !== method) continue;
    if (route.path.endsWith('/*')) {
      const prefix = route.path.slice(0, -1);
      const raw = rawPath.replace(/^\//, '');
      if (raw.startsWith(prefix) && raw.length > prefix.length)
        return { route, rest: `/${decodeURIComponent(raw.slice(prefix.length)).replace(/\/$/, '')}` };
    } else if (rawPath.replace(/^\//, '').replace(/\/$/, '') === route.path) return { route, rest: '' };
  }
  return null;
}

/** `{{ .JsonData.apiUrl }}` and `{{ .SecureJsonData.secret }}`; a missing key is an error, as Grafana's 502 is. */
export function interpolate(
  template: string,
  jsonData: Record<string, unknown>,
  secureJsonData: Record<string, string>,
): string {
  return template.replace(/\{\{\s*\.(JsonData|SecureJsonData)\.(\w+)\s*\}\}/g, (_, kind: string, key: string) => {
    const value = kind === 'JsonData' ? jsonData[key] : secureJsonData[key];
    if (value === undefined) throw new Error(`${kind}.${key} is not set`);
    return String(value);
  });
}
