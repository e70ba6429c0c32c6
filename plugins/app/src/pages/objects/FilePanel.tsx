import { Alert, Badge, Button, ClipboardButton, LinkButton } from '@grafana/ui';
import { routes, type ObjectRow } from '@jetstream-console/contract';
import { useState } from 'react';
import { urlThrough } from '../../api/client';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ActsMenu, OpenedAct } from '../../components/ActsMenu';
import { OpenedBar } from '../../components/OpenedBar';
import { Facts, Mono, Quiet, Row, Stack, storeUrl, Use } from '../../components/parts';
import { Loaded, Problem } from '../../components/States';
import { ago, bytes, exact, time } from '../../format';
import { getObjectCommand } from '../../natsCommand';
import { objectActs } from './acts';
import { useVerify, type Verifying } from './useVerify';

interface Props {
  readonly clusterId: string;
  readonly store: string;
  readonly sealed: boolean;
  readonly ttlSeconds: number;
  readonly name: string;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One object: what is known of it, whether it is whole, and the way to get it. */
export function FilePanel({ name, onStep, onClose, ...of }: Props) {
  const { clusterId, store } = of;
  const found = useApi('getObject', { params: { clusterId, store }, query: { name } });
  return (
    <div data-testid="object">
      <Stack>
        <OpenedBar title={<Mono>{name}</Mono>} onUp={() => onStep(-1)} onDown={() => onStep(1)} onClose={onClose} />
        <Loaded of={found}>{({ object }) => <Details {...of} object={object} />}</Loaded>
      </Stack>
    </div>
  );
}

type DetailsProps = Pick<Props, 'clusterId' | 'store' | 'sealed' | 'ttlSeconds'> & { readonly object: ObjectRow };

function Details({ clusterId, store, sealed, ttlSeconds, object }: DetailsProps) {
  const may = useMayChange(clusterId);
  const [checking, setChecking] = useState(false);
  const verified = useVerify(clusterId, store, object.name, object.revision, checking);
  const acts = objectActs({ clusterId, store, ttlSeconds, object, may, sealed });
  const { link } = object;
  const readable = link === null || link.name !== null;
  return (
    <>
      <OpenedAct acts={acts} readOnly={may.readOnly} />
      <Row>
        {readable && (
          <>
            <LinkButton
              size="sm"
              icon="download-alt"
              href={urlThrough(routes.downloadObject, { clusterId, store }, { name: object.name })}
              download={object.name.split('/').at(-1)}
              target="_self"
            >
              Download
            </LinkButton>
            <Button
              size="sm"
              variant="secondary"
              icon="check-circle"
              disabled={checking && !verified?.end}
              onClick={() => setChecking(true)}
            >
              Check that it is whole
            </Button>
          </>
        )}
        {link !== null && link.name === null && (
          <LinkButton size="sm" icon="arrow-right" href={storeUrl(clusterId, link.store)}>
            Open the store {link.store}
          </LinkButton>
        )}
        <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => getObjectCommand(store, object.name)}>
          nats command
        </ClipboardButton>
        <ActsMenu label={`Actions on the object ${object.name}`} acts={acts} />
      </Row>
      {verified && <State of={verified} />}
      <Facts
        facts={[
          ...(link
            ? [
                [
                  'Stands for',
                  link.name === null ? `the store ${link.store}` : `${link.name} of the store ${link.store}`,
                ] as const,
              ]
            : [
                [
                  'Size',
                  <span key="size" title={`${exact(object.size)} bytes`}>
                    {bytes(object.size)}
                  </span>,
                ] as const,
                [
                  'Chunks',
                  `${exact(object.chunks)}${object.chunkBytes === null ? '' : ` of ${bytes(object.chunkBytes)}`}`,
                ] as const,
                [
                  'Digest',
                  object.digest === null ? <Quiet key="d">none was told</Quiet> : <Mono key="d">{object.digest}</Mono>,
                ] as const,
              ]),
          [
            'Written',
            <span key="time" title={time(object.modified)}>
              {ago(object.modified)}
            </span>,
          ],
          ...(object.description === null ? [] : [['Description', object.description] as const]),
          ...Object.entries(object.metadata).map(([key, value]) => [key, value] as const),
          ...Object.entries(object.headers).map(([key, values]) => [key, values.join(', ')] as const),
        ]}
      />
    </>
  );
}

/** How far the check has come, and what it found. */
function State({ of: { bytes: read, of, end, error } }: { of: Verifying }) {
  if (error) return <Problem error={error} />;
  if (end === null)
    return (
      <div role="status" aria-label="Checking">
        <Use use={of === 0 ? 1 : read / of} of={bytes(of)} /> <Quiet>read and hashed</Quiet>
      </div>
    );
  return end.whole ? (
    <Alert severity="success" title={end.said === null ? 'All of it is there' : 'It is whole'} data-testid="verified">
      {exact(end.bytes)} bytes in {exact(end.chunks)} chunks;{' '}
      {end.said === null ? 'no digest was told to hold it against.' : 'the digest is the one that was told.'}
    </Alert>
  ) : (
    <Alert severity="error" title="It is not whole" data-testid="verified">
      <p>
        {end.fault}. Its writer told <Mono>{end.said ?? 'no digest'}</Mono>, and it is <Mono>{end.digest}</Mono>.
      </p>
      <p>Get it from where it came, and upload it again.</p>
    </Alert>
  );
}

/** What a list says of an object besides its name. */
export const LinkBadge = () => <Badge color="blue" icon="link" text="link" />;
