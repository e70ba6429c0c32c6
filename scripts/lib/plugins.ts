import type { PluginDist } from './grafana';

/** Every plugin of this repository, with the folder of its build. */
export const plugins: readonly PluginDist[] = [
  { id: 'natsconsole-jetstream-app', dist: 'plugins/app/dist' },
  { id: 'natsconsole-jetstream-datasource', dist: 'plugins/datasource/dist' },
];
