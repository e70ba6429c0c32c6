import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './config/ConfigEditor';
import { JetStreamDataSource } from './datasource';
import { QueryHelp } from './editor/QueryHelp';
import { QueryEditor } from './editor/QueryEditor';
import type { JetStreamOptions, JetStreamQuery, JetStreamSecrets } from './types';

export const plugin = new DataSourcePlugin<JetStreamDataSource, JetStreamQuery, JetStreamOptions, JetStreamSecrets>(
  JetStreamDataSource,
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
