import { Alert, Badge, LinkButton } from '@grafana/ui';
import type { AuditEntry } from '@jetstream-console/contract';
import { Link } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { OpenedBar } from '../../components/OpenedBar';
import { Code, Facts, Mono, Row, Stack } from '../../components/parts';
import { Loaded } from '../../components/States';
import { time } from '../../format';
import { TextDiff } from '../../payload/DiffView';
import { aroundFrom } from './key';
import { changeOf, historyOf, placeOf, pretty, sideWords, statusColors, statusWords, toldUrl, whoOf } from './words';

interface Props {
  /** as the URL has it, see `key.ts` */
  readonly at: string;
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One act: who, from where, what of it came, and what was there before and after, or what was asked for. */
export function ActPanel({ at, clusters, onStep, onClose }: Props) {
  const around = aroundFrom(at);
  const recorded = useApi('getAudit', { params: { auditId: at } }, { enabled: around === null });
  const told = useApi(
    'getActAround',
    { params: { clusterId: around?.cluster ?? '', actId: around?.id ?? '' }, query: { time: around?.time ?? '' } },
    { enabled: around !== null },
  );
  const act = around === null ? recorded : told;
  return (
    <div data-testid="act">
      <Stack>
        <OpenedBar
          title={<Mono>{act.data?.action ?? ''}</Mono>}
          onUp={() => onStep(-1)}
          onDown={() => onStep(1)}
          onClose={onClose}
        />
        <Loaded of={act}>{(entry) => <Details entry={entry} clusters={clusters} />}</Loaded>
      </Stack>
    </div>
  );
}

const known = (name: string, value: string) => (value === '' ? [] : [[name, value] as const]);

function Details({ entry, clusters }: { entry: AuditEntry } & Pick<Props, 'clusters'>) {
  const cluster = clusters.find((known) => known.id === entry.cluster);
  const place = placeOf(entry);
  const history = historyOf(entry);
  const toldBy = toldUrl(entry);
  const may = useMay();
  return (
    <>
      {entry.error !== null && <Alert severity={entry.status === 'denied' ? 'warning' : 'error'} title={entry.error} />}
      <Facts
        facts={[
          ['Outcome', <Badge key="s" color={statusColors[entry.status]} text={statusWords[entry.status]} />],
          ['Who', whoOf(entry)],
          ['Where', sideWords[entry.where].label],
          ['When', time(entry.time)],
          ...(cluster ? [['Cluster', cluster.name] as const] : []),
          ...(entry.resource === null
            ? []
            : [
                [
                  'On',
                  place === null ? (
                    <Mono key="r">{entry.resource}</Mono>
                  ) : (
                    <Link key="r" to={place}>
                      {entry.resource}
                    </Link>
                  ),
                ] as const,
              ]),
          ...known('Account', entry.account ?? ''),
          ...known('Through', entry.via),
          ...known('From', entry.ip),
          ...known('With', entry.userAgent),
          ...(entry.requestId === '' ? [] : [['Request', <Mono key="q">{entry.requestId}</Mono>] as const]),
        ]}
      />
      {history !== null && entry.cluster !== null && may('streams:update', { cluster: entry.cluster }) && (
        <Row>
          <LinkButton size="sm" variant="secondary" icon="history" href={history}>
            Look at its history
          </LinkButton>
        </Row>
      )}
      {toldBy !== null && (
        <Row>
          <LinkButton size="sm" variant="secondary" icon="list-ul" href={toldBy}>
            All that the server told
          </LinkButton>
        </Row>
      )}
      {entry.where === 'console' ? <Changes changes={entry.changes} /> : <Asked request={entry.changes} />}
    </>
  );
}

/** Before and after line by line; what an act wrote in another form as it is. */
function Changes({ changes }: { changes: unknown }) {
  if (changes === null || changes === undefined) return null;
  const change = changeOf(changes);
  if (change === null) return <Code label="what it changed" text={pretty(changes)} />;
  return <TextDiff before={pretty(change.before)} after={pretty(change.after)} same="Nothing is different after it." />;
}

const Asked = ({ request }: { request: unknown }) =>
  request === null || request === undefined ? null : <Code label="what was asked for" text={pretty(request)} />;
