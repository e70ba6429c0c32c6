import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { brokenStages } from './broken';
import { crowdedStages, olderNode, olderVersion, wholeStages } from './cluster';
import { openWorld } from './world';

let cluster: NatsCluster;
beforeAll(async () => {
  cluster = await startNatsCluster({ versions: { [olderNode]: olderVersion } });
});
afterAll(async () => {
  await cluster?.stop();
});

it.each([...wholeStages, ...crowdedStages, ...brokenStages].map((stage) => [stage.rules.join(', '), stage] as const))(
  'in a cluster of three: %s',
  async (_, { rules, run }) => {
    const { urls, app, system } = cluster;
    const world = await openWorld({ urls, app, system });
    try {
      await run(world, cluster);
      expect([...world.proven].sort()).toEqual([...rules].sort());
    } finally {
      await world.close();
      // A stage that failed half-way leaves servers away, which are no business of the next one.
      for (const node of cluster.nodes) if (!node.alive()) await node.start();
    }
  },
  240_000,
);
