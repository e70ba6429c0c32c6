import type { Me, Pairing } from '@jetstream-console/contract';
import { z } from 'zod';
import { toProblem } from '../api/client';

/** What of the pairing everyone who signs in to this Grafana may see. */
export type JsonData = { apiUrl?: string; connectionId?: string };

/** Grafana's own account of the app's settings; secrets are named in it, never shown. */
export const keptSchema = z.object({
  enabled: z.boolean().default(false),
  jsonData: z
    .object({ apiUrl: z.string().optional(), connectionId: z.string().optional() })
    .nullish()
    .transform((data) => data ?? {}),
  secureJsonFields: z
    .record(z.string(), z.boolean())
    .nullish()
    .transform((fields) => fields ?? {}),
});
export type Kept = z.output<typeof keptSchema>;

export const secretNames = ['proxySecret', 'gatewaySecret'] as const;
export const isPaired = ({ jsonData, secureJsonFields }: Kept): boolean =>
  jsonData.apiUrl !== undefined && secretNames.every((name) => secureJsonFields[name] === true);

/** What is written into the app's settings, from one pasted string. */
export const settingsFor = ({ apiUrl, connectionId, proxySecret, gatewaySecret }: Pairing) => ({
  enabled: true,
  pinned: true,
  // Grafana puts the route's path behind it: a slash at the end would be one too many.
  jsonData: { apiUrl: apiUrl.replace(/\/+$/, ''), connectionId },
  secureJsonData: { proxySecret, gatewaySecret },
});

export interface Stage {
  readonly stage: string;
  readonly state: 'ok' | 'failed' | 'warning' | 'skipped';
  readonly detail: string;
  readonly fix: string | null;
}
/** This Grafana, as it knows itself: what the backend holds an id token against. */
export interface Here {
  readonly appUrl: string;
  readonly orgId: number;
}

const skipped = (stage: string): Stage => ({ stage, state: 'skipped', detail: 'not tried', fix: null });
const ok = (stage: string, detail: string): Stage => ({ stage, state: 'ok', detail, fix: null });
const failed = (stage: string, detail: string, fix: string | null): Stage => ({ stage, state: 'failed', detail, fix });

function settingsStage(kept: Kept): Stage {
  const missing = [
    ...(kept.jsonData.apiUrl === undefined ? ["the backend's address"] : []),
    ...(kept.secureJsonFields['proxySecret'] === true ? [] : ['the proxy secret']),
    ...(kept.secureJsonFields['gatewaySecret'] === true ? [] : ['the gateway secret']),
  ];
  if (missing.length > 0)
    return failed('Settings', `Grafana does not hold ${missing.join(', ')}.`, 'Paste the connection string again.');
  return kept.enabled
    ? ok('Settings', 'Grafana keeps the address and both secrets.')
    : failed('Settings', 'The app is switched off in this organization.', 'Enable it above, then test again.');
}

function reachFix(apiUrl: string | undefined): string {
  const url = apiUrl ?? 'the address of the backend';
  return `Run "curl ${url}/health/live" where Grafana itself runs. If nothing answers: is the backend up, is a firewall between, does its PUBLIC_URL name an address that Grafana can reach? Then make a new connection string and paste it.`;
}

function identityFix({ appUrl, orgId }: Here): string {
  return `The connection at the console has to name this Grafana: issuer ${appUrl} (Grafana's root_url, to the letter) and organization ${orgId}. If it does, its secret may have been replaced: paste the newest connection string.`;
}

/** What came of asking the backend who I am, as the stages on the way there. */
export function stagesOf(kept: Kept, answer: { me: Me } | { error: unknown }, here: Here): Stage[] {
  const settings = settingsStage(kept);
  if (settings.state === 'failed') return [settings, skipped('Backend'), skipped('Identity'), skipped('Role')];
  const address = kept.jsonData.apiUrl ?? '';
  if ('me' in answer) {
    const { subject, organization, roles } = answer.me;
    return [
      settings,
      ok('Backend', `${address} answers through Grafana.`),
      ok('Identity', `It knows you as ${subject.name} of ${organization.name}.`),
      roles.length > 0
        ? ok('Role', roles.map(({ name, scope, from }) => `${name} on ${scope}, by ${from}`).join('; '))
        : {
            stage: 'Role',
            state: 'warning',
            detail: 'You have no role there yet, so the pages stay empty.',
            fix: 'An administrator of the console maps your Grafana role or team to one of its roles.',
          },
    ];
  }
  const { problem } = toProblem(answer.error);
  // Only the backend gives its refusals a request id: without one the request ended before it.
  if (problem.requestId === '')
    return [
      settings,
      failed('Backend', problem.detail, reachFix(kept.jsonData.apiUrl)),
      skipped('Identity'),
      skipped('Role'),
    ];
  const answers = ok('Backend', `${address} answers through Grafana.`);
  return problem.status === 403
    ? [settings, answers, failed('Identity', problem.detail, identityFix(here)), skipped('Role')]
    : [
        settings,
        failed(
          'Backend',
          `It answers that it cannot work: ${problem.detail}`,
          `See ${address}/health/ready for what is down.`,
        ),
        skipped('Identity'),
        skipped('Role'),
      ];
}
