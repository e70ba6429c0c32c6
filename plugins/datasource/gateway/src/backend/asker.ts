import type { GatewayAsker } from '@jetstream-console/contract';
import type { PluginContext } from '../protocol/pluginv2';

/** Who asks, as far as Grafana says it: the plugin context's word, and the person's own token where one came. */
export interface Asking {
  readonly asker: GatewayAsker;
  readonly idToken: string | null;
}

/** A header's value by its exact spelling apart from case; null where it is absent or given twice with different values. */
function only(values: Iterable<readonly [string, string]>, name: string): string | null {
  const found = new Set<string>();
  for (const [key, value] of values) if (key.toLowerCase() === name && value !== '') found.add(value);
  return found.size === 1 ? ([...found][0] ?? null) : null;
}

/** Grafana's headers of a person's token: with this prefix everywhere but in resource calls, which carry HTTP's own. */
const idToken = 'x-grafana-id';
const prefixed = `http_${idToken}`;

function asking(context: PluginContext | undefined, fromAlert: boolean, token: string | null): Asking {
  return {
    asker: {
      orgId: context?.orgId ?? 0,
      login: context?.user?.login ?? '',
      fromAlert,
      pluginVersion: (context?.pluginVersion ?? '').slice(0, 64),
    },
    idToken: token,
  };
}

/** For queries, health and streams. */
export const askingBy = (context: PluginContext | undefined, headers: ReadonlyMap<string, string>): Asking =>
  asking(context, only(headers, 'fromalert') === 'true', only(headers, prefixed));

/** For resource calls, whose headers are the browser's: nothing but the token that Grafana itself puts there is read. */
export const askingByHttp = (
  context: PluginContext | undefined,
  headers: ReadonlyMap<string, { readonly values: readonly string[] }>,
): Asking =>
  asking(
    context,
    false,
    only(
      [...headers].flatMap(([key, { values }]) => values.map((value): readonly [string, string] => [key, value])),
      idToken,
    ),
  );
