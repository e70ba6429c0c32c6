import { main } from './lib/main';
import { runBenches } from './bench/index';

await main(() => runBenches(process.argv.slice(2)));
