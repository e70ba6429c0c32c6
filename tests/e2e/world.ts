import { z } from 'zod';

const account = z.object({ user: z.string(), password: z.string() });
const worldSchema = z.object({
  page: z.string(),
  kind: z.enum(['Grafana', 'plugin host']),
  api: z.string(),
  admin: z.object({ login: z.string(), password: z.string() }),
  users: z.array(z.object({ login: z.string(), password: z.string(), role: z.string() })),
  datasource: z.string(),
  connection: z.string(),
  natsUrls: z.array(z.string()),
  natsAccount: account,
  natsSystem: account,
  apiPid: z.number(),
  logs: z.string(),
});
export type World = z.infer<typeof worldSchema>;

const variable = 'JETSTREAM_CONSOLE_E2E';

/** From the global set-up to the workers, which inherit the environment. */
export const publishWorld = (world: World): void => {
  process.env[variable] = JSON.stringify(world);
};
export const world = (): World => worldSchema.parse(JSON.parse(process.env[variable] ?? '{}'));
