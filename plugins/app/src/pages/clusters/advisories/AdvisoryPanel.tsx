import type { Advisory, ResponseOf, Routes } from '@jetstream-console/contract';
import { Link } from 'react-router-dom';
import { useApi } from '../../../api/hooks';
import { OpenedBar } from '../../../components/OpenedBar';
import { Code, consumerUrl, Facts, Mono, Stack, streamUrl } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { SeverityBadge } from '../../../findings/SeverityBadge';
import { time } from '../../../format';
import { meaningOf } from './meanings';
import { fromKey } from './key';

interface Props {
  readonly clusterId: string;
  readonly at: string;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One of them: what it means, what to do, and all that it tells. */
export function AdvisoryPanel({ clusterId, at, onStep, onClose }: Props) {
  const { id, time: when } = fromKey(at);
  const found = useApi('getAdvisory', { params: { clusterId, advisoryId: id }, query: { time: when } });
  return (
    <div data-testid="advisory">
      <Stack>
        <OpenedBar
          title={found.data ? meaningOf(found.data.type).name : 'Advisory'}
          onUp={() => onStep(-1)}
          onDown={() => onStep(1)}
          onClose={onClose}
        />
        <Loaded of={found}>{(known) => <Details clusterId={clusterId} of={known} />}</Loaded>
      </Stack>
    </div>
  );
}

/** Who it was, and whether by the console: its own acts are in Audit with all there is to say of them. */
const actorOf = ({ user, name, ip, console }: NonNullable<Advisory['by']>) =>
  `${[user ?? 'no user', name, ip].filter((part) => part !== null).join(', ')}: ${console ? 'through the console, see Audit' : 'around the console'}`;

function Details({ clusterId, of: known }: { clusterId: string; of: ResponseOf<Routes['getAdvisory']> }) {
  const { says, next } = meaningOf(known.type);
  const { stream, consumer, by } = known;
  const optional = [
    ['Server', known.server],
    ['Account', known.account],
    ['By', by === null ? null : actorOf(by)],
  ] as const;
  return (
    <>
      <p>{known.title}</p>
      <Facts
        facts={[
          ['What it means', says],
          ['What to do', next],
          ['When', time(known.time)],
          ['Weight', <SeverityBadge key="w" severity={known.severity} />],
          ...(stream === null
            ? []
            : [
                [
                  consumer === null ? 'Stream' : 'Consumer',
                  <Link
                    key="p"
                    to={consumer === null ? streamUrl(clusterId, stream) : consumerUrl(clusterId, stream, consumer)}
                  >
                    {consumer === null ? stream : `${stream} > ${consumer}`}
                  </Link>,
                ] as const,
              ]),
          ...optional.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
          ['Type', <Mono key="t">{known.type}</Mono>],
        ]}
      />
      {known.data !== null && (
        <Code
          label="what it tells"
          text={typeof known.data === 'string' ? known.data : JSON.stringify(known.data, null, 2)}
        />
      )}
    </>
  );
}
