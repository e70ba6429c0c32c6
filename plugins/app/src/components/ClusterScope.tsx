import { Combobox, LinkButton } from '@grafana/ui';
import type { ReactNode } from 'react';
import { useApi, useMay } from '../api/hooks';
import { useUrl } from '../useUrl';
import { pageUrl, Row } from './parts';
import { Empty, Loaded } from './States';

interface Props {
  readonly children: (cluster: { id: string; name: string }, picker: ReactNode) => ReactNode;
}

/** The cluster a page is about: from the URL, so that it goes along from page to page and to a colleague. */
export function ClusterScope({ children }: Props) {
  const url = useUrl();
  const may = useMay();
  const clusters = useApi('listClusters', { query: { limit: 200 } });
  return (
    <Loaded of={clusters}>
      {({ items }) => {
        const wanted = url.get('cluster');
        const chosen = wanted === undefined ? items[0] : items.find(({ id }) => id === wanted);
        if (items.length === 0) {
          return (
            <Empty
              title="No cluster is connected yet"
              action={
                may('clusters:create') && (
                  <LinkButton icon="plus" href={pageUrl('clusters/new')}>
                    Connect a cluster
                  </LinkButton>
                )
              }
            >
              Streams, consumers and keys appear as soon as one is.
            </Empty>
          );
        }
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
        return children(chosen, picker);
      }}
    </Loaded>
  );
}
