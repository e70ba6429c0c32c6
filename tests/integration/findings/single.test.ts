import { afterAll, beforeAll } from 'vitest';
import { startNatsServer, type NatsServer } from '../setup/nats';
import { ackScenarios } from './acks';
import { consumerScenarios } from './consumers';
import { describeScenarios } from './scenario';
import { streamScenarios } from './streams';
import { openWorld } from './world';

const app = { user: 'app', password: 'app' };
const system = { user: 'sys', password: 'sys' };
const config = `accounts {
  SYS { users: [{ user: sys, password: sys }] }
  APP { jetstream: enabled, users: [{ user: app, password: app }] }
}
system_account: SYS`;

let server: NatsServer;
beforeAll(async () => {
  server = await startNatsServer({ config });
});
afterAll(async () => {
  await server?.stop();
});

describeScenarios('streams and consumers', [...streamScenarios, ...consumerScenarios, ...ackScenarios], () =>
  openWorld({ urls: [server.url], app, system }),
);
