import { Combobox, LinkButton } from '@grafana/ui';
import { useEffect, type ReactNode } from 'react';
import { useApi, useMay } from '../api/hooks';
import { lastCluster } from '../lastCluster';
import { useUrl } from '../useUrl';
import { pageUrl, Row } from './parts';
import { Empty, Loaded } from './States';

interface Known {
  readonly id: string;
  readonly name: string;
}
interface Props {
  readonly children: (cluster: Known, picker: ReactNode) => ReactNode;
}

/** The cluster a page is about: from the URL, so that it goes along from page to page and to a colleague. */
export function ClusterScope({ children }: Props) {
  const clusters = useApi('listClusters', { query: { limit: 1000 } });
  return (
    <Loaded of={clusters}>
      {({ items }) => (items.length === 0 ? <NoClusters /> : <Chosen items={items}>{children}</Chosen>)}
    </Loaded>
  );
}

/** Nothing to look at yet: who may connects one, and others are told who does. */
export function NoClusters() {
  const may = useMay();
  const add = may('clusters:create');
  return (
    <Empty
      title="No cluster is connected yet"
      action={
        add && (
          <LinkButton icon="plus" href={pageUrl('clusters/new')}>
            Connect a cluster
          </LinkButton>
        )
      }
    >
      Streams, consumers and keys appear as soon as {add ? 'one is' : 'an administrator connects one'}.
    </Empty>
  );
}

function Chosen({ items, children }: Props & { items: readonly Known[] }) {
  const url = useUrl();
  const asked = url.get('cluster');
  // Dashboards link here, and what they know of a cluster is its name.
  const find = (text: string | null | undefined) =>
    items.find((known) => known.id === text) ?? items.find((known) => known.name === text);
  const chosen = asked === undefined ? (find(lastCluster()) ?? items[0]) : find(asked);
  const { set } = url;
  const missing = asked === undefined ? chosen?.id : undefined;
  useEffect(() => {
    if (missing !== undefined) set({ cluster: missing });
  }, [missing, set]);
  const picker = (
    <Combobox
      aria-label="Cluster"
      width={24}
      options={items.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen?.id ?? null}
      onChange={({ value }) => url.set({ cluster: value, cursor: null }, false)}
    />
  );
  if (!chosen)
    return (
      <Empty title="This cluster is not here" action={<Row>{picker}</Row>}>
        It was removed, or you may not see it. Choose another one.
      </Empty>
    );
  return <>{children(chosen, picker)}</>;
}
