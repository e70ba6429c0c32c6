import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from '../setup/nats';
import { app, config, moments, system } from './moments';
import { openWorld } from './world';

let server: NatsServer;
beforeAll(async () => {
  server = await startNatsServer({ jetstream: false, config });
});
afterAll(async () => {
  await server?.stop();
});

it.each(moments.map((moment) => [moment.rules.join(' and '), moment] as const))(
  '%s: found and gone again',
  async (_, { rules, pace, run }) => {
    const world = await openWorld({ urls: [server.url], app, system, pace });
    try {
      await run(world, server);
      expect([...world.proven].sort()).toEqual([...rules].sort());
    } finally {
      await world.close();
    }
  },
  120_000,
);
