import { IconButton } from '@grafana/ui';
import { useContext, type ReactNode } from 'react';
import { SearchOpener } from '../search/opener';
import { Crumbs } from './Crumbs';
import { ago } from '../format';
import { From, Quiet, Row, type Provenance } from './parts';

interface Shown {
  readonly data?: object;
  readonly dataUpdatedAt: number;
  readonly isFetching: boolean;
  refetch(): Promise<unknown>;
}

const provenanceOf = (data: object): Provenance | null =>
  'provenance' in data ? (data.provenance as Provenance) : null;

/** How old it is, and where it came from where the answer says so. */
function Age({ of }: { of: Shown }) {
  if (of.data === undefined) return null;
  const provenance = provenanceOf(of.data);
  return provenance ? <From provenance={provenance} /> : <Quiet>{ago(new Date(of.dataUpdatedAt).toISOString())}</Quiet>;
}

/** Looks again; beside it stands how old what is shown is. */
export function Refresh({ of }: { of: Shown }) {
  return (
    <>
      <Age of={of} />
      <IconButton
        name="sync"
        size="md"
        tooltip="Refresh"
        aria-busy={of.isFetching}
        onClick={() => {
          void of.refetch();
        }}
      />
    </>
  );
}

interface Props {
  readonly items: readonly [text: string, to?: string][];
  readonly of?: Shown;
  readonly children?: ReactNode;
}

/** The first line of every page: where this is, what state it is in, how old that is. */
export function Head({ items, of, children }: Props) {
  const openSearch = useContext(SearchOpener);
  return (
    <Row>
      <Crumbs items={items} />
      {children}
      {of && <Refresh of={of} />}
      {openSearch && <IconButton name="search" size="md" tooltip="Search everything ( / )" onClick={openSearch} />}
    </Row>
  );
}
