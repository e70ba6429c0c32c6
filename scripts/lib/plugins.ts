import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../engines/paths';
import type { PluginDist } from './grafana';

/** Every plugin of this repository, with the folder of its build. */
export const plugins: readonly PluginDist[] = [{ id: 'natsconsole-jetstream-app', dist: 'plugins/app/dist' }];
export const builtPlugins = plugins.filter(({ dist }) => existsSync(path.join(root, path.dirname(dist))));
