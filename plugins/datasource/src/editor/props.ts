import type { CoreApp } from '@grafana/data';
import type { QueryKind } from '@jetstream-console/contract';
import type { JetStreamDataSource } from '../datasource';
import type { SpecOf } from '../types';

/** What an editor of one kind of query gets: its spec, and a way to change parts of it and ask at once. */
export interface SpecEditorProps<K extends QueryKind> {
  readonly datasource: JetStreamDataSource;
  readonly spec: SpecOf<K>;
  readonly app: CoreApp | undefined;
  readonly onPatch: (patch: Partial<SpecOf<K>>) => void;
}
