import { z } from 'zod';
import { done, id, instant, label } from './common';
import { metricSources } from './metrics';
import { route, table } from './route';

/** How a scrape token looks; it is good for the scrape alone. */
export const scrapeTokenForm = /^jsm_[A-Za-z0-9_-]{43}$/;

const scrapeToken = z.object({
  id,
  name: z.string(),
  /** its first characters, to tell tokens apart */
  prefix: z.string(),
  allAccounts: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});

const manage = [{ resource: 'api_keys', action: 'manage' }] as const;

export const scrapeRoutes = table({
  scrape: route({
    method: 'GET',
    path: '/scrape',
    summary:
      "The newest figures for Prometheus, from each asset's own leader; with a scrape token, or as whoever one is otherwise",
    access: 'principal',
    credential: 'read',
    sends: 'text',
    query: z.strictObject({
      /** which sources, separated by commas; all where absent */
      sources: z
        .string()
        .max(100)
        .transform((text) => text.split(','))
        .pipe(z.array(z.enum(metricSources)).min(1))
        .optional(),
      /** id or name of one cluster */
      cluster: z.string().min(1).max(120).optional(),
    }),
    response: z.string(),
  }),
  listScrapeTokens: route({
    method: 'GET',
    path: '/scrape-tokens',
    summary: 'Scrape tokens of the organization, without their secrets',
    access: manage,
    response: z.object({ items: z.array(scrapeToken) }),
  }),
  createScrapeToken: route({
    method: 'POST',
    path: '/scrape-tokens',
    summary: 'Make a scrape token; it is shown this once',
    access: manage,
    audit: 'scrape_token.create',
    status: 201,
    body: z.strictObject({
      name: label,
      /** also accounts besides the clusters' own, where they have a system credential */
      allAccounts: z.boolean().default(false),
    }),
    response: scrapeToken.extend({ token: z.string() }),
  }),
  deleteScrapeToken: route({
    method: 'DELETE',
    path: '/scrape-tokens/:tokenId',
    summary: 'Revoke a scrape token; it ends at once',
    access: manage,
    audit: 'scrape_token.delete',
    params: z.strictObject({ tokenId: id }),
    response: done,
  }),
});
