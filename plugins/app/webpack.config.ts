import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import VirtualModulesPlugin from 'webpack-virtual-modules';

const here = path.dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8')) as { version: string };
const { id } = JSON.parse(readFileSync(path.join(here, 'src/plugin.json'), 'utf8')) as { id: string };

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

// Chunks lie beside module.js, wherever Grafana serves it from (sub-path and CDN included).
const publicPath = new VirtualModulesPlugin({
  'node_modules/grafana-public-path.js': `import amdMetaModule from 'amd-module';\n__webpack_public_path__ = amdMetaModule && amdMetaModule.uri ? amdMetaModule.uri.slice(0, amdMetaModule.uri.lastIndexOf('/') + 1) : 'public/plugins/${id}/';\n`,
});

const config: Configuration = {
  mode: 'production',
  context: path.join(here, 'src'),
  devtool: 'source-map',
  target: ['web', 'es2021'],
  entry: { module: ['grafana-public-path', './module.tsx'] },
  externals: [{ 'amd-module': 'module' }, ...shared],
  resolve: { extensions: ['.ts', '.tsx', '.js'], modules: [path.join(here, 'node_modules'), 'node_modules'] },
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
    path: path.join(here, 'dist'),
    filename: '[name].js',
    chunkFilename: '[name].[contenthash:8].js',
    library: { type: 'amd' },
    uniqueName: id,
    crossOriginLoading: 'anonymous',
    clean: true,
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
        { from: '../../../CHANGELOG.md', to: '.' },
        { from: '../../../LICENSE', to: '.', toType: 'dir' },
      ],
    }),
  ],
};
export default config;
