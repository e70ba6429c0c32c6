import { Link } from 'react-router-dom';
import { mayReadPayloads } from '../../api/mayChange';
import { useApi, useMay } from '../../api/hooks';
import { Panel, Quiet, streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { exact } from '../../format';
import { guardBytes, PayloadView } from '../../payload/PayloadView';
import type { PickedType } from '../../payload/TypePicker';
import { useSettled } from '../../useSettled';

interface Props {
  readonly clusterId: string;
  readonly subject: string;
  /** null: the first that takes the subject */
  readonly stream: string | null;
  readonly picked: PickedType;
}

/** The newest message that a binding would hold for, read by its type. Nothing is saved, and nothing is consumed. */
export function TryIt({ clusterId, subject: typed, stream: named, picked }: Props) {
  const may = useMay();
  const subject = useSettled(typed);
  const wanted = useSettled(named);
  const streams = useApi(
    'listStreams',
    { params: { clusterId }, query: { subject, kind: 'all', limit: 1 } },
    { enabled: wanted === null },
  );
  const stream = wanted ?? streams.data?.items[0]?.name;
  if (wanted === null && stream === undefined)
    return (
      <Panel title="Try it">
        <Loaded of={streams}>{() => <Quiet>No stream of this cluster takes {subject}.</Quiet>}</Loaded>
      </Panel>
    );
  if (stream === undefined || !mayReadPayloads(may, clusterId, stream))
    return (
      <Panel title="Try it">
        <Quiet>To see a message read so takes the role reader on the stream.</Quiet>
      </Panel>
    );
  return (
    <Panel title="Try it">
      <Newest clusterId={clusterId} subject={subject} stream={stream} picked={picked} />
    </Panel>
  );
}

function Newest({ clusterId, subject, stream, picked }: Props & { readonly stream: string }) {
  const newest = useApi('listMessages', {
    params: { clusterId, stream },
    query: { subject, limit: 1, previewBytes: 0 },
  });
  return (
    <Loaded of={newest}>
      {({ items: [first] }) =>
        first ? (
          <Read clusterId={clusterId} stream={stream} seq={first.seq} picked={picked} />
        ) : (
          <Quiet>
            {stream} holds no message of {subject}.
          </Quiet>
        )
      }
    </Loaded>
  );
}

interface ReadProps {
  readonly clusterId: string;
  readonly stream: string;
  readonly seq: number;
  readonly picked: PickedType;
}

function Read({ clusterId, stream, seq, picked }: ReadProps) {
  const message = useApi('getMessage', {
    params: { clusterId, stream, seq },
    query: { maxBytes: guardBytes, decode: 'protobuf', ...picked },
  });
  return (
    <Loaded of={message}>
      {({ payload, decoded = null, subject }) => (
        <div data-testid="tried">
          <Quiet>
            Message <Link to={`${streamUrl(clusterId, stream, 'messages')}&msg=${seq}`}>{exact(seq)}</Link> of {stream},{' '}
            {subject}
          </Quiet>
          <PayloadView payload={payload} decoded={decoded} onWhole={null} />
        </div>
      )}
    </Loaded>
  );
}
