import { runMain } from './platform/main';
import { startApi } from './server';

await runMain('api', startApi);
