import { Checkbox, Combobox } from '@grafana/ui';
import { auditSides, auditStatuses } from '@jetstream-console/contract';
import { Row } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { OptionalRange } from '../../range/OptionalRange';
import type { FilterState } from './useActs';
import { actGroups, sideWords, statusWords } from './words';

interface Props {
  readonly of: FilterState;
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
}

/** Who, on what, which acts, where and when. */
export function Filters({ of: { filters, group, range, set }, clusters }: Props) {
  return (
    <Row>
      <SearchBox
        label="Who did it"
        placeholder="Who  ( f )"
        width={20}
        value={filters.login ?? ''}
        onChange={(who) => set({ who })}
      />
      <SearchBox
        label="What it was done to"
        placeholder="Stream, key, user …"
        width={24}
        value={filters.resource ?? ''}
        onChange={(on) => set({ on })}
      />
      {(filters.login !== undefined || filters.resource !== undefined) && (
        <Checkbox
          label="Whole names"
          value={filters.whole === 'true'}
          onChange={(event) => set({ whole: event.currentTarget.checked ? '1' : null })}
        />
      )}
      <Combobox
        aria-label="Where"
        width={28}
        isClearable
        placeholder="In and around the console"
        options={auditSides.map((value) => ({ value, ...sideWords[value] }))}
        value={filters.where ?? null}
        onChange={(option) => set({ where: option?.value ?? null })}
      />
      <Combobox
        aria-label="Acts on"
        width={22}
        isClearable
        placeholder="All acts"
        options={actGroups.map(({ id, name }) => ({ value: id, label: name }))}
        value={group?.id ?? null}
        onChange={(option) => set({ acts: option?.value ?? null })}
      />
      <Combobox
        aria-label="Outcome"
        width={18}
        isClearable
        placeholder="Any outcome"
        options={auditStatuses.map((value) => ({ value, label: statusWords[value] }))}
        value={filters.status ?? null}
        onChange={(option) => set({ status: option?.value ?? null })}
      />
      <Combobox
        aria-label="Cluster"
        width={22}
        isClearable
        placeholder="All clusters"
        options={clusters.map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.cluster ?? null}
        onChange={(option) => set({ cluster: option?.value ?? null })}
      />
      <OptionalRange range={range} onChange={(chosen) => set({ from: chosen?.from ?? null, to: chosen?.to ?? null })} />
    </Row>
  );
}
