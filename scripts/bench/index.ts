import { Advice } from '../engines';
import { build } from '../lib/build';
import { say } from '../lib/main';
import { benchDecision, benchPipeline } from './access';
import { benchBackup } from './backup';
import { benchBundle } from './bundle';
import { benchCollector } from './collector';
import { benchIngest } from './ingest';
import { benchMessages } from './messages';
import { benchKv } from './kv';
import { benchPublish } from './publish';
import { benchQuery } from './query';
import { benchReading } from './reading';
import { startWorld, type World } from './world';

const benches: Readonly<Record<string, (world: World) => Promise<void> | void>> = {
  backup: benchBackup,
  bundle: benchBundle,
  collector: benchCollector,
  decision: benchDecision,
  ingest: benchIngest,
  messages: benchMessages,
  kv: benchKv,
  pipeline: benchPipeline,
  publish: benchPublish,
  query: benchQuery,
  reading: benchReading,
};

/** Runs the named benches, or all. Every figure stands beside the bare client's of the same run. */
export async function runBenches(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in benches));
  if (unknown !== undefined)
    throw new Advice(`There is no bench "${unknown}". There are: ${Object.keys(benches).join(', ')}.`);
  if (names.length === 0 || names.includes('bundle')) await build(say);
  const world = await startWorld();
  try {
    for (const [name, bench] of Object.entries(benches))
      if (names.length === 0 || names.includes(name)) await bench(world);
  } finally {
    await world.stop();
  }
}
