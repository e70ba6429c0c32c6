import type { Act } from '../../../components/ActsMenu';
import type { Filter } from '../filter';
import { CopyDrawer } from './CopyDrawer';
import { DeleteMessageDialog } from './DeleteMessageDialog';
import { ExportDialog } from './ExportDialog';
import { PublishDrawer } from './PublishDrawer';
import { SchemaDrawer } from './SchemaDrawer';
import type { MessageRights } from './useMessageRights';

interface Of {
  readonly clusterId: string;
  readonly stream: string;
  readonly filter: Filter;
  readonly rights: MessageRights;
}

/** What may be done with the messages of a stream. */
export function messageActs({ clusterId, stream, filter, rights }: Of): readonly Act[] {
  const of = { clusterId, stream };
  return [
    {
      id: 'publish',
      text: 'Publish',
      icon: 'plus',
      allowed: rights.publish,
      role: 'operator',
      what: `publish into the stream ${stream}`,
      not: null,
      dialog: ({ onClose }) => <PublishDrawer {...of} from={null} onClose={onClose} />,
    },
    {
      id: 'export',
      text: 'Export',
      icon: 'download-alt',
      allowed: rights.export,
      role: 'editor',
      what: `export messages of the stream ${stream}`,
      not: null,
      dialog: ({ onClose }) => <ExportDialog {...of} filter={filter} onClose={onClose} />,
    },
    {
      id: 'copy',
      text: 'Copy into another stream',
      icon: 'copy',
      allowed: rights.copy,
      role: 'operator',
      what: `publish messages of ${stream} again`,
      not: null,
      dialog: ({ onClose }) => <CopyDrawer {...of} filter={filter} onClose={onClose} />,
    },
    {
      id: 'schema',
      text: 'Fields and types',
      icon: 'brackets-curly',
      allowed: true,
      role: 'reader',
      what: `read messages of the stream ${stream}`,
      not: null,
      dialog: ({ onClose }) => <SchemaDrawer {...of} subject={filter.subject} onClose={onClose} />,
    },
  ];
}

/** What may be done with the message that is opened. */
export function openedActs({ clusterId, stream, rights }: Omit<Of, 'filter'>, seq: number): readonly Act[] {
  const of = { clusterId, stream };
  return [
    {
      id: 'publish-again',
      text: 'Edit and publish again',
      icon: 'edit',
      allowed: rights.publish,
      role: 'operator',
      what: `publish into the stream ${stream}`,
      not: null,
      dialog: ({ onClose }) => <PublishDrawer {...of} from={seq} onClose={onClose} />,
    },
    {
      id: 'delete-message',
      text: 'Delete',
      icon: 'trash-alt',
      destroys: true,
      allowed: rights.delete,
      role: 'admin',
      what: `delete messages of the stream ${stream}`,
      not: null,
      dialog: (base) => <DeleteMessageDialog {...of} seq={seq} {...base} />,
    },
  ];
}
