import type { CoreApp } from '@grafana/data';
import type { JetStreamDataSource } from '../datasource';
import type { JetStreamQuery } from '../types';
import { EventsEditor } from './kinds/EventsEditor';
import { InventoryEditor } from './kinds/InventoryEditor';
import { MessagesEditor } from './kinds/MessagesEditor';
import { MetricsEditor } from './kinds/MetricsEditor';
import { SqlEditor } from './kinds/SqlEditor';

interface Props {
  datasource: JetStreamDataSource;
  spec: JetStreamQuery['spec'];
  app: CoreApp | undefined;
  onChange: (spec: JetStreamQuery['spec']) => void;
}

/** The editor that a kind of query has. */
export function SpecEditor({ spec, onChange, ...rest }: Props) {
  switch (spec.kind) {
    case 'metrics':
      return <MetricsEditor {...rest} spec={spec} onPatch={(patch) => onChange({ ...spec, ...patch })} />;
    case 'inventory':
      return <InventoryEditor {...rest} spec={spec} onPatch={(patch) => onChange({ ...spec, ...patch })} />;
    case 'messages':
      return <MessagesEditor {...rest} spec={spec} onPatch={(patch) => onChange({ ...spec, ...patch })} />;
    case 'events':
      return <EventsEditor {...rest} spec={spec} onPatch={(patch) => onChange({ ...spec, ...patch })} />;
    case 'sql':
      return <SqlEditor {...rest} spec={spec} onPatch={(patch) => onChange({ ...spec, ...patch })} />;
  }
}
