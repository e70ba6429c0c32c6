import { Alert, Badge, LinkButton } from '@grafana/ui';
import type { AuditEntry } from '@jetstream-console/contract';
import { Link } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { OpenedBar } from '../../components/OpenedBar';
import { Code, Facts, Mono, Row, Stack } from '../../components/parts';
import { Loaded } from '../../components/States';
import { time } from '../../format';
import { TextDiff } from '../../payload/DiffView';
import { changeOf, historyOf, placeOf, pretty, statusColors, statusWords } from './words';

interface Props {
  readonly id: string;
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One act: who, from where, what of it came, and what was there before and after. */
export function ActPanel({ id, clusters, onStep, onClose }: Props) {
  const act = useApi('getAudit', { params: { auditId: id } });
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

function Details({ entry, clusters }: { entry: AuditEntry } & Pick<Props, 'clusters'>) {
  const cluster = clusters.find((known) => known.id === entry.cluster);
  const place = placeOf(entry);
  const history = historyOf(entry);
  const may = useMay();
  return (
    <>
      {entry.error !== null && <Alert severity={entry.status === 'denied' ? 'warning' : 'error'} title={entry.error} />}
      <Facts
        facts={[
          ['Outcome', <Badge key="s" color={statusColors[entry.status]} text={statusWords[entry.status]} />],
          ['Who', entry.login ?? 'nobody signed in'],
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
          ['Through', entry.via],
          ['From', entry.ip],
          ['With', entry.userAgent],
          ['Request', <Mono key="q">{entry.requestId}</Mono>],
        ]}
      />
      {history !== null && entry.cluster !== null && may('streams:update', { cluster: entry.cluster }) && (
        <Row>
          <LinkButton size="sm" variant="secondary" icon="history" href={history}>
            Look at its history
          </LinkButton>
        </Row>
      )}
      <Changes changes={entry.changes} />
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
