import { afterAll, beforeAll } from 'vitest';
import { startNatsServer, type NatsServer } from '../setup/nats';
import { accountScenarios, config, inRoomy, system, tight } from './accounts';
import { describeScenarios } from './scenario';
import { openWorld } from './world';

let server: NatsServer;
beforeAll(async () => {
  server = await startNatsServer({ jetstream: false, config });
});
afterAll(async () => {
  await server?.stop();
});

describeScenarios('accounts and the room of a server', [...accountScenarios, ...inRoomy(() => server)], () =>
  openWorld({ urls: [server.url], app: tight, system }),
);
