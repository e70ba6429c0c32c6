import { Alert, Field, LinkButton, Modal } from '@grafana/ui';
import { messageExportFormats, routes, type MessageExportFormat } from '@jetstream-console/contract';
import { useState } from 'react';
import { urlThrough } from '../../../api/client';
import { Choices } from '../../../components/Choices';
import type { Filter } from '../filter';
import { rangeOf, rangeWords } from './range';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly filter: Filter;
  readonly onClose: () => void;
}

const names: Readonly<Record<MessageExportFormat, string>> = { ndjson: 'NDJSON', json: 'JSON', csv: 'CSV' };
const formats = messageExportFormats.map((value) => ({ value, label: names[value] }));

/** What the list is narrowed to, as a file that the browser writes while it comes. */
export function ExportDialog({ clusterId, stream, filter, onClose }: Props) {
  const [as, setAs] = useState<MessageExportFormat>('ndjson');
  return (
    <Modal isOpen title={`Export messages of ${stream}`} onDismiss={onClose}>
      <Field
        label="Format"
        description={
          as === 'csv'
            ? 'Cells that a spreadsheet would run get an apostrophe, and the column escaped names them.'
            : 'Each message tells whether its payload is text or Base64.'
        }
      >
        <Choices label="Format" options={formats} value={as} onChange={setAs} />
      </Field>
      <Alert severity="info" title={rangeWords(filter)}>
        Oldest first, up to the message that is the last when it begins. Cancelling the download stops it. The audit
        notes who exported what.
      </Alert>
      <Modal.ButtonRow>
        <LinkButton
          icon="download-alt"
          target="_blank"
          href={urlThrough(routes.exportMessages, { clusterId, stream }, { ...rangeOf(filter), as })}
        >
          Download
        </LinkButton>
      </Modal.ButtonRow>
    </Modal>
  );
}
