import { Alert, LinkButton, Modal } from '@grafana/ui';
import { routes } from '@jetstream-console/contract';
import { urlThrough } from '../../../api/client';
import { bytes, exact } from '../../../format';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly onClose: () => void;
}

/** The whole stream as a file that the browser writes while it comes. */
export function BackupDialog({ clusterId, stream, messages, bytes: size, onClose }: Props) {
  return (
    <Modal isOpen title={`Back up ${stream}`} onDismiss={onClose}>
      <Alert severity="info" title={`${exact(messages)} messages, ${bytes(size)} before compression`}>
        <p>
          Configuration, messages and consumers as one archive, which the console restores, and the nats CLI once it is
          unpacked. It holds every payload: keep it as you keep the stream.
        </p>
        <p>Cancelling the download stops it; a file that broke off is of no use.</p>
      </Alert>
      <Modal.ButtonRow>
        <LinkButton
          icon="download-alt"
          target="_blank"
          href={urlThrough(routes.backupStream, { clusterId, stream }, {})}
        >
          Download
        </LinkButton>
      </Modal.ButtonRow>
    </Modal>
  );
}
