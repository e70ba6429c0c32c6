import { build } from './lib/build';
import { main, say, untilAsked } from './lib/main';

await main(async () => {
  const { signal, off } = untilAsked();
  await build(say, signal);
  off();
  say('Everything is built.');
});
