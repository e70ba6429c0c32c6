import { subjectsOverlap } from '@jetstream-console/contract';
import { z } from 'zod';

const origin = z.object({ name: z.string(), external: z.unknown().optional() });

/** What of a stream says where its messages come from and go to. */
export const flowConfig = z.object({
  name: z.string(),
  subjects: z.array(z.string()).nullish(),
  mirror: origin.nullish(),
  sources: z.array(origin).nullish(),
  republish: z.object({ src: z.string().optional(), dest: z.string() }).nullish(),
});
export type FlowConfig = z.infer<typeof flowConfig>;

/** A destination of a republish with its places for tokens as wildcards. */
const asPattern = (dest: string): string =>
  dest
    .split('.')
    .map((token) => (/^\$\d+$/.test(token) || /\{\{.*\}\}/.test(token) ? '*' : token))
    .join('.');

const draws = (stream: FlowConfig, from: string): boolean =>
  [...(stream.mirror ? [stream.mirror] : []), ...(stream.sources ?? [])].some(
    ({ name, external }) => name === from && (external === undefined || external === null),
  );
const republishedInto = (from: FlowConfig, into: FlowConfig): boolean => {
  const dest = from.republish ? asPattern(from.republish.dest) : null;
  return dest !== null && (into.subjects ?? []).some((subject) => subjectsOverlap(subject, dest));
};

/**
 * The way by which what is stored in `target` comes into `source`: by mirrors, sources and republishing of this account.
 * @returns the streams on it, `target` first and `source` last; null where there is none
 */
export function wayBack(source: string, target: string, streams: readonly FlowConfig[]): string[] | null {
  const seen = new Set([target]);
  const open: string[][] = [[target]];
  for (let way = open.shift(); way; way = open.shift()) {
    const last = way.at(-1) ?? target;
    if (last === source) return way;
    const from = streams.find(({ name }) => name === last);
    for (const stream of streams) {
      if (seen.has(stream.name)) continue;
      if (!draws(stream, last) && !(from && republishedInto(from, stream))) continue;
      seen.add(stream.name);
      open.push([...way, stream.name]);
    }
  }
  return null;
}
