import { pluginConfig } from '../webpack.base';

// The gateway is built by itself and lies beside module.js: the executable, its script and its runtime.
export default pluginConfig({
  config: import.meta.url,
  entry: './module.ts',
  keep: /^(gpx_|gateway|rt_)/,
});
