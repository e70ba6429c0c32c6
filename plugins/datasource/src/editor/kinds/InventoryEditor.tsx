import { inventoryLabels } from '../../labels';
import { dimensionsOfSpec } from '../../query/adhoc';
import { ChoiceField, optionsOf } from '../parts/ChoiceField';
import { ClustersField } from '../parts/ClustersField';
import { CommitInput } from '../parts/CommitInput';
import { EditorRow } from '../parts/EditorRow';
import { LimitField } from '../parts/LimitField';
import { FiltersField } from '../parts/FiltersField';
import { onlyConcrete, useValueOptions } from '../parts/options';
import { ValueField } from '../parts/ValueFields';
import type { SpecEditorProps } from '../props';

const orders = { desc: 'Largest first', asc: 'Smallest first' } as const;

function SubjectFields({ datasource, spec, onPatch }: SpecEditorProps<'inventory'>) {
  const load = useValueOptions(datasource, { of: 'stream', cluster: onlyConcrete(spec.clusters) });
  return (
    <>
      <ValueField
        label="Stream"
        placeholder="Whose subjects"
        load={load}
        value={spec.stream ?? ''}
        onChange={(stream) => onPatch({ stream })}
      />
      <CommitInput
        label="Subjects"
        tooltip="Wildcards as NATS has them: orders.*.created, orders.>"
        placeholder=">"
        value={spec.subject ?? ''}
        onCommit={(subject) => onPatch({ subject: subject === '' ? null : subject })}
      />
    </>
  );
}

export function InventoryEditor(props: SpecEditorProps<'inventory'>) {
  const { datasource, spec, onPatch } = props;
  return (
    <>
      <EditorRow>
        <ChoiceField
          label="List"
          value={spec.of}
          options={optionsOf(inventoryLabels)}
          onChange={(of) => onPatch({ of, filters: [], sort: null })}
        />
        <ClustersField
          datasource={datasource}
          value={spec.clusters ?? []}
          onChange={(clusters) => onPatch({ clusters })}
        />
        {spec.of === 'subjects' && <SubjectFields {...props} />}
      </EditorRow>
      <FiltersField
        datasource={datasource}
        filters={spec.filters ?? []}
        dimensions={dimensionsOfSpec(spec)}
        clusters={spec.clusters}
        onChange={(filters) => onPatch({ filters })}
      />
      <EditorRow>
        <CommitInput
          label="Sort by"
          tooltip="A column of the answer."
          placeholder="the usual order"
          value={spec.sort ?? ''}
          onCommit={(sort) => onPatch({ sort: sort === '' ? null : sort })}
        />
        <ChoiceField
          label="Order"
          value={spec.order ?? 'desc'}
          options={optionsOf(orders)}
          onChange={(order) => onPatch({ order })}
        />
        <LimitField label="Rows" value={spec.limit} usual={500} most={5000} onChange={(limit) => onPatch({ limit })} />
      </EditorRow>
    </>
  );
}
