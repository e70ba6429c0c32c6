import { identityRoutes } from '@jetstream-console/contract';
import { askingBy } from '../backend/asker';
import type { BackendOf } from '../backend/backends';
import type { Answer, Ask, Backend } from '../backend/client';
import { Failure, notTheConsole } from '../backend/failure';
import { healthStatus, type CheckHealthRequest, type CheckHealthResponse } from '../protocol/pluginv2';

/** Signatures are good for a minute and tokens for ten: from here on the clocks are worth a word. */
const noticedSkewMs = 20_000;

const answerOf = (ok: boolean, message: string, details: Readonly<Record<string, unknown>>): CheckHealthResponse => ({
  status: ok ? healthStatus.ok : healthStatus.error,
  message,
  jsonDetails: Buffer.from(JSON.stringify(details)),
});

/** How far the console's clock is from ours, from the Date header; null where it says none. */
export function skewOf(date: string | string[] | undefined, now: number): number | null {
  const theirs = typeof date === 'string' ? Date.parse(date) : NaN;
  return Number.isNaN(theirs) ? null : theirs - now;
}

const skewWords = (skew: number | null): string =>
  skew !== null && Math.abs(skew) > noticedSkewMs
    ? ` The clock of the console is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead of' : 'behind'} Grafana's: set both by NTP.`
    : '';

const verbose = (lines: readonly string[]) => ({ verboseMessage: lines.join('\n') });

async function text(answer: Answer): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of answer.body) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function whoIs(apiUrl: string, body: string) {
  try {
    return identityRoutes.me.response.parse(JSON.parse(body));
  } catch (error) {
    throw new Failure(502, 'downstream', notTheConsole(apiUrl, 200), { cause: error });
  }
}

/** Asks the console who the asker is: its answer proves reach, address, secret and identity in one go. */
async function ask(
  backend: Backend,
  given: Omit<Ask, 'method' | 'path'>,
  lines: string[],
): Promise<CheckHealthResponse> {
  const started = performance.now();
  let skew: number | null = null;
  try {
    const answer = await backend.open({ method: 'GET', path: identityRoutes.me.path, ...given });
    skew = skewOf(answer.headers['date'], Date.now());
    const me = whoIs(backend.apiUrl, await text(answer));
    const roles = [...new Set(me.roles.map((role) => role.name))].join(', ') || 'no role';
    lines.push(
      `Answer in ${Math.round(performance.now() - started)} ms`,
      `Organization ${me.organization.name} (${me.organization.id})`,
      `Roles: ${me.roles.map(({ name, scope, from }) => `${name} on ${scope}, from ${from}`).join('; ') || 'none'}`,
    );
    const as = `as ${me.subject.login} (${roles})`;
    if (me.grants.length === 0)
      return answerOf(
        false,
        `The console knows you ${as}, and you may see nothing there. Ask an administrator of the console for a role.`,
        verbose(lines),
      );
    return answerOf(true, `Connected to ${me.organization.name} ${as}.${skewWords(skew)}`, verbose(lines));
  } catch (error) {
    given.signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    lines.push(`Status ${error.status} after ${Math.round(performance.now() - started)} ms`);
    return answerOf(false, `${error.message}${skewWords(skew)}`, verbose(lines));
  }
}

export async function checkHealth(
  backendOf: BackendOf,
  version: string,
  { pluginContext, headers }: CheckHealthRequest,
  signal: AbortSignal,
): Promise<CheckHealthResponse> {
  const lines = [
    `Plugin ${pluginContext?.pluginVersion || version}, gateway ${version}, Node ${process.versions.node}`,
  ];
  let backend: Backend;
  try {
    backend = backendOf(pluginContext);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return answerOf(false, error.message, verbose(lines));
  }
  lines.push(`Console at ${backend.apiUrl}`);
  const asking = askingBy(pluginContext, headers);
  if (asking.idToken === null)
    return answerOf(
      false,
      'Grafana sent no identity of yours along. Grafana 12.3 or newer is needed, and you must be signed in.',
      verbose(lines),
    );
  return ask(backend, { asking, signal }, lines);
}
