import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import VirtualModulesPlugin from 'webpack-virtual-modules';

/** Given by Grafana at run time; `react/jsx-runtime` among them, or a newer React breaks the page. */
const shared = [
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'lodash',
  'moment',
  'react',
  'react-dom',
  'react-dom/client',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-router',
  'rxjs',
  'rxjs/operators',
];

interface Plugin {
  /** `import.meta.url` of the plugin's webpack.config.ts */
  readonly config: string;
  /** the module of src that Grafana loads */
  readonly entry: string;
  /** what others put into dist, and a build leaves alone */
  readonly keep?: RegExp;
}

const field = (file: string, name: 'id' | 'version'): string =>
  (JSON.parse(readFileSync(file, 'utf8')) as Record<typeof name, string>)[name];

/** How every plugin here is built: an AMD module with lazy chunks beside it, and the files that belong to a plugin. */
export function pluginConfig({ config, entry, keep }: Plugin): Configuration {
  const dir = path.dirname(fileURLToPath(config));
  const version = field(path.join(dir, 'package.json'), 'version');
  const id = field(path.join(dir, 'src/plugin.json'), 'id');
  // Chunks lie beside module.js, wherever Grafana serves it from (sub-path and CDN included).
  const publicPath = new VirtualModulesPlugin({
    'node_modules/grafana-public-path.js': `import amdMetaModule from 'amd-module';\n__webpack_public_path__ = amdMetaModule && amdMetaModule.uri ? amdMetaModule.uri.slice(0, amdMetaModule.uri.lastIndexOf('/') + 1) : 'public/plugins/${id}/';\n`,
  });
  return {
    mode: 'production',
    context: path.join(dir, 'src'),
    devtool: 'source-map',
    target: ['web', 'es2021'],
    entry: { module: ['grafana-public-path', entry] },
    externals: [{ 'amd-module': 'module' }, ...shared],
    resolve: { extensions: ['.ts', '.tsx', '.js'], modules: [path.join(dir, 'node_modules'), 'node_modules'] },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          exclude: /node_modules/,
          use: {
            loader: 'swc-loader',
            options: {
              jsc: {
                target: 'es2021',
                parser: { syntax: 'typescript', tsx: true },
                transform: { react: { runtime: 'automatic' } },
              },
            },
          },
        },
      ],
    },
    output: {
      path: path.join(dir, 'dist'),
      filename: '[name].js',
      chunkFilename: '[name].[contenthash:8].js',
      library: { type: 'amd' },
      uniqueName: id,
      crossOriginLoading: 'anonymous',
      clean: keep ? { keep } : true,
    },
    performance: { hints: false },
    plugins: [
      publicPath,
      new CopyPlugin({
        patterns: [
          {
            from: 'plugin.json',
            transform: (content: Buffer) =>
              content
                .toString()
                .replaceAll('%VERSION%', version)
                .replaceAll('%TODAY%', new Date().toISOString().slice(0, 10)),
          },
          { from: 'img/*', to: '.' },
          { from: '../README.md', to: '.' },
          { from: path.join(dir, '../../CHANGELOG.md'), to: '.' },
          { from: path.join(dir, '../../LICENSE'), to: '.', toType: 'dir' },
        ],
      }),
    ],
  };
}
