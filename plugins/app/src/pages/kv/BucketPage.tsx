import { useParams } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ActsMenu, OpenedAct } from '../../components/ActsMenu';
import { Head } from '../../components/Head';
import { NoAccess } from '../../components/NoAccess';
import { Figure, Figures, pageUrl, Quiet, Stack } from '../../components/parts';
import { Loaded } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { ago, bytes, count, duration, exact, limit, time } from '../../format';
import { useUrl } from '../../useUrl';
import { buckets } from '../stores/kinds';
import { StoreSettings } from '../stores/StoreSettings';
import { bucketActs } from './acts';
import { Keys } from './Keys';
import { writingOf } from './writing';

const tabs = [
  ['keys', 'Keys'],
  ['config', 'Configuration'],
] as const;

/** What is the value, and who changed it when? */
export function BucketPage() {
  const { cluster: clusterId = '', bucket = '' } = useParams();
  const url = useUrl();
  const may = useMay();
  const info = useApi('getBucket', { params: { clusterId, bucket } }, { every: 30_000 });
  const change = useMayChange(clusterId);
  const acts = bucketActs({ clusterId, bucket, may: change, sealed: info.data?.config['sealed'] === true });
  const tab = url.get('tab') === 'config' ? 'config' : 'keys';
  return (
    <Stack>
      <Head items={[['Key-value', pageUrl(`kv?cluster=${clusterId}`)], [bucket]]} of={info}>
        {info.data?.row.description && <Quiet>{info.data.row.description}</Quiet>}
        {info.data && <ActsMenu label={`Actions on the bucket ${bucket}`} acts={acts} />}
      </Head>
      <OpenedAct acts={acts} readOnly={change.readOnly} />
      <Loaded of={info}>
        {({ row, config }) => (
          <>
            <Figures>
              <Figure
                name="Values"
                value={count(row.values)}
                hint={`${exact(row.values)}, earlier revisions and delete markers counted too`}
              />
              <Figure
                name="Size"
                value={bytes(row.bytes)}
                hint={`one copy; limit ${limit(row.maxBytes, bytes)}, largest value ${limit(row.maxValueSize, bytes)}`}
              />
              <Figure name="History" value={`${exact(row.history)} a key`} hint="revisions kept of each key" />
              <Figure
                name="Values expire"
                value={row.ttlSeconds === 0 ? 'never' : `after ${duration(row.ttlSeconds)}`}
                hint={
                  row.markersTtlSeconds === null
                    ? 'a key that expires leaves no marker'
                    : `a key that expires leaves a marker for ${duration(row.markersTtlSeconds)}`
                }
              />
              <Figure name="Last change" value={ago(row.lastTime)} hint={time(row.lastTime)} />
              <Figure name="Copies" value={exact(row.replicas)} hint={row.storage} />
            </Figures>
            <Tabs
              tabs={tabs}
              active={tab}
              onGo={(id) =>
                url.set({ tab: id === 'keys' ? null : id, key: null, rev: null, edit: null, put: null }, false)
              }
            />
            {tab === 'config' ? (
              <StoreSettings kind={buckets} clusterId={clusterId} name={bucket} config={config} />
            ) : may('kv_values:read', { cluster: clusterId, name: bucket }) ? (
              <Keys clusterId={clusterId} bucket={bucket} row={row} writing={writingOf(config, row.mirrorOf)} />
            ) : (
              <NoAccess what="keys and values" role="reader" on={`the bucket ${bucket}`} />
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}
