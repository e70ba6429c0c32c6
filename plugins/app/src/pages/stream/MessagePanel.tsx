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
import { formats, guardBytes, PayloadView, wholeBytes } from '../../payload/PayloadView';

const readings: { label: string; value: DecodeQuery }[] = [
  { label: 'Recognized', value: 'auto' },
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
  const message = useApi('getMessage', { params: { clusterId, stream, seq }, query: { maxBytes, decode } });
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
            {(known.payload.format === 'binary' || decode !== 'auto') && (
              <Row>
                <Choices
                  label="Read the bytes as"
                  options={readings}
                  value={decode}
                  onChange={(value) => url.set({ as: value === 'auto' ? null : value })}
                />
                {decode === 'auto' && known.decoded && (
                  <Quiet>recognized as {formats[known.decoded.as]} by its bytes</Quiet>
                )}
              </Row>
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

type Header = { name: string; values: string[]; meaning: string | null };

function Headers({ headers }: { headers: readonly Header[] }) {
  const styles = useStyles2(getStyles);
  if (headers.length === 0) return <Quiet>No headers</Quiet>;
  return (
    <section aria-label="Headers">
      <dl className={styles.headers}>
        {headers.map(({ name, values, meaning }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {values.map((value, i) => (
                <div key={i}>
                  <Mono>{value}</Mono>
                </div>
              ))}
              {meaning && <Quiet>{meaning}</Quiet>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
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
  headers: css({
    display: 'grid',
    gap: theme.spacing(0.5),
    '> div': { borderLeft: `2px solid ${theme.colors.border.medium}`, paddingLeft: theme.spacing(1) },
    dt: { fontWeight: theme.typography.fontWeightMedium },
  }),
});
