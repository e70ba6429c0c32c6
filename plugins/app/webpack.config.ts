import { pluginConfig } from '../webpack.base';

export default pluginConfig({ config: import.meta.url, entry: './module.tsx' });
