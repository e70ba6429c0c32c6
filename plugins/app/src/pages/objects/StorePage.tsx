import { Badge } from '@grafana/ui';
import { useParams } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ActsMenu, OpenedAct } from '../../components/ActsMenu';
import { Head } from '../../components/Head';
import { NoAccess } from '../../components/NoAccess';
import { Figure, Figures, Quiet, Stack } from '../../components/parts';
import { Loaded } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { ago, bytes, duration, exact, limit, time } from '../../format';
import { useUrl } from '../../useUrl';
import { objectStores } from '../stores/kinds';
import { StoreSettings } from '../stores/StoreSettings';
import { storeActs } from './acts';
import { Files } from './Files';

const tabs = [
  ['files', 'Objects'],
  ['config', 'Configuration'],
] as const;

/** What lies in this store, and is it whole? */
export function StorePage() {
  const { cluster: clusterId = '', store = '' } = useParams();
  const url = useUrl();
  const may = useMay();
  const change = useMayChange(clusterId);
  const info = useApi('getObjectStore', { params: { clusterId, store } }, { every: 30_000 });
  const row = info.data?.row;
  const acts = storeActs({
    clusterId,
    store,
    may: change,
    sealed: row?.sealed === true,
    mirror: row !== undefined && row.mirrorOf !== null,
  });
  const tab = url.get('tab') === 'config' ? 'config' : 'files';
  return (
    <Stack>
      <Head items={[['Objects', objectStores.listUrl(clusterId)], [store]]} of={info}>
        {info.data?.row.sealed && <Badge color="purple" text="sealed" />}
        {info.data?.row.description && <Quiet>{info.data.row.description}</Quiet>}
        {info.data && <ActsMenu label={`Actions on the object store ${store}`} acts={acts} />}
      </Head>
      <OpenedAct acts={acts} readOnly={change.readOnly} />
      <Loaded of={info}>
        {({ row, config, provenance }) => (
          <>
            <Figures source={provenance}>
              <Figure
                name="Size"
                value={bytes(row.bytes)}
                hint={`one copy, descriptions included; limit ${limit(row.maxBytes, bytes)}`}
              />
              <Figure
                name="Objects expire"
                value={row.ttlSeconds === 0 ? 'never' : `after ${duration(row.ttlSeconds)}`}
              />
              <Figure name="Last change" value={ago(row.lastTime)} hint={time(row.lastTime)} />
              <Figure name="Copies" value={exact(row.replicas)} hint={row.storage} />
            </Figures>
            <Tabs
              tabs={tabs}
              active={tab}
              onGo={(id) => url.set({ tab: id === 'files' ? null : id, file: null, edit: null, act: null }, false)}
            />
            {tab === 'config' ? (
              <StoreSettings kind={objectStores} clusterId={clusterId} name={store} config={config} />
            ) : may('object_data:read', { cluster: clusterId, name: store }) ? (
              <Files clusterId={clusterId} row={row} />
            ) : (
              <NoAccess what="objects" role="reader" on={`the object store ${store}`} />
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}
