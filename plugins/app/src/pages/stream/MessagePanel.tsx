import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, ClipboardButton, useStyles2 } from '@grafana/ui';
import { decodedAs, decodeQuery, type DecodeQuery } from '@jetstream-console/contract';
import { useState, type ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import { Choices } from '../../components/Choices';
import { OpenedBar } from '../../components/OpenedBar';
import { Facts, From, Mono, Quiet, Row } from '../../components/parts';
import { Loaded } from '../../components/States';
import { ago, exact, time } from '../../format';
import { shellWord } from '../../natsCommand';
import { useUrl } from '../../useUrl';
import { Headers } from '../../payload/Headers';
import { formats, guardBytes, PayloadView, wholeBytes } from '../../payload/PayloadView';
import { ReadBy } from '../../payload/ReadBy';
import { TypePicker } from '../../payload/TypePicker';

/** By the binding of its subject where there is one, else by its bytes. */
const readingsOf = (bound: boolean): { label: string; value: DecodeQuery }[] => [
  { label: bound ? 'Bound type' : 'Recognized', value: 'auto' },
  ...decodedAs.options.map((value) => ({ label: formats[value], value })),
  { label: 'Bytes', value: 'none' },
];

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly seq: number;
  /** to the neighbour above or below in the list; null at its ends */
  readonly onStep: (way: 'up' | 'down') => void;
  readonly onClose: () => void;
  /** what may be done with it */
  readonly acts?: ReactNode;
  /** said once where there is no neighbour */
  readonly note: string | null;
}

/** One message: what it is, where it came from, what is in it. */
export function MessagePanel({ clusterId, stream, seq, onStep, onClose, note, acts }: Props) {
  const styles = useStyles2(getStyles);
  const [wholeOf, setWholeOf] = useState<number | null>(null);
  const maxBytes = wholeOf === seq ? wholeBytes : guardBytes;
  const url = useUrl();
  const decode = decodeQuery.options.find((known) => known === url.get('as')) ?? 'auto';
  const set = decode === 'protobuf' ? (url.get('set') ?? null) : null;
  const type = set === null ? null : (url.get('type') ?? null);
  const message = useApi('getMessage', {
    params: { clusterId, stream, seq },
    query: { maxBytes, decode, ...(set !== null && type !== null && { descriptor: set, type }) },
  });
  return (
    <div className={styles.panel} data-testid="message">
      <OpenedBar
        title={`Message ${exact(seq)}`}
        onUp={() => onStep('up')}
        onDown={() => onStep('down')}
        onClose={onClose}
      />
      {note && (
        <div role="status">
          <Quiet>{note}</Quiet>
        </div>
      )}
      <Loaded of={message}>
        {(known) => (
          <>
            <Facts
              facts={[
                ['Subject', <Mono key="subject">{known.subject}</Mono>],
                [
                  'Time',
                  <span key="time" title={known.time}>
                    {time(known.time)} <Quiet>{ago(known.time)}</Quiet>
                  </span>,
                ],
                ['Asked', <From key="asked" provenance={known.provenance} />],
              ]}
            />
            <Row>
              <ClipboardButton
                size="sm"
                variant="secondary"
                icon="copy"
                getText={() => `nats stream get ${shellWord(stream)} ${known.seq}`}
              >
                nats command
              </ClipboardButton>
              <ClipboardButton size="sm" variant="secondary" icon="link" getText={() => window.location.href}>
                Link
              </ClipboardButton>
              {acts}
            </Row>
            <Headers headers={known.headers} />
            {(known.payload.format === 'binary' || decode !== 'auto' || known.decoded) && (
              <>
                <Row>
                  <Choices
                    label="Read the bytes as"
                    options={readingsOf(known.decoded?.how === 'bound')}
                    value={decode}
                    onChange={(value) => url.set({ as: value === 'auto' ? null : value, set: null, type: null })}
                  />
                  {known.decoded && <ReadBy decoded={known.decoded} clusterId={clusterId} />}
                </Row>
                {decode === 'protobuf' && (
                  <TypePicker
                    descriptor={set}
                    type={type}
                    onDescriptor={(next) => url.set({ set: next, type: null })}
                    onPick={(picked) => url.set({ set: picked.descriptor, type: picked.type })}
                  />
                )}
              </>
            )}
            <PayloadView
              payload={known.payload}
              decoded={known.decoded ?? null}
              busy={message.isFetching}
              onWhole={maxBytes === wholeBytes ? null : () => setWholeOf(seq)}
            />
            {known.payload.truncated && maxBytes === wholeBytes && (
              <Alert severity="info" title="More than 8 MiB are not shown here">
                The nats command above fetches all of it.
              </Alert>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'minmax(0, 1fr)',
    fontSize: theme.typography.bodySmall.fontSize,
    dl: { margin: 0 },
    dd: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
  }),
});
