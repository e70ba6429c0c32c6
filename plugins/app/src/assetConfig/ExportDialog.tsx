import { Alert, Button, Field, Modal } from '@grafana/ui';
import { exportFormats, type Exported, type ExportFormat } from '@jetstream-console/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { Choices } from '../components/Choices';
import { Code } from '../components/parts';
import { Loaded } from '../components/States';

const names: Readonly<Record<ExportFormat, string>> = {
  json: 'JSON',
  yaml: 'YAML',
  nats: 'nats command',
  nack: 'NACK',
  terraform: 'Terraform',
};

/** The format a URL names, where it names one. */
export const formatFrom = (text: string | undefined): ExportFormat =>
  exportFormats.find((known) => known === text) ?? 'json';

function save({ text, mediaType, fileName }: Exported): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}

interface Props {
  readonly name: string;
  readonly as: ExportFormat;
  readonly of: UseQueryResult<Exported, Error>;
  readonly onFormat: (as: ExportFormat) => void;
  readonly onClose: () => void;
}

/** A configuration for another tool, to copy or as a file, with what that tool has no place for. */
export function ExportDialog({ name, as, of, onFormat, onClose }: Props) {
  return (
    <Modal isOpen title={`Export ${name}`} onDismiss={onClose}>
      <Field>
        <Choices
          label="Format"
          options={exportFormats.map((value) => ({ value, label: names[value] }))}
          value={as}
          onChange={onFormat}
        />
      </Field>
      <Loaded of={of}>
        {(exported) => (
          <>
            {exported.left.length > 0 && (
              <Alert severity="warning" title={`${names[as]} has no place for some fields`}>
                Left out: {exported.left.join(', ')}
              </Alert>
            )}
            <Code label={`${name} as ${names[as]}`} text={exported.text} />
            <Modal.ButtonRow>
              <Button variant="secondary" icon="download-alt" onClick={() => save(exported)}>
                Download {exported.fileName}
              </Button>
              <Button onClick={onClose}>Close</Button>
            </Modal.ButtonRow>
          </>
        )}
      </Loaded>
    </Modal>
  );
}
