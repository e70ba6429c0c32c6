import { InlineField, MultiCombobox } from '@grafana/ui';
import { useId } from 'react';
import { eventKindLabels } from '../../labels';
import { optionsOf } from '../parts/ChoiceField';
import { ClustersField } from '../parts/ClustersField';
import { CommitInput } from '../parts/CommitInput';
import { EditorRow } from '../parts/EditorRow';
import { LimitField } from '../parts/LimitField';
import { onlyConcrete, useValueOptions } from '../parts/options';
import { ValueField } from '../parts/ValueFields';
import type { SpecEditorProps } from '../props';

export function EventsEditor({ datasource, spec, onPatch }: SpecEditorProps<'events'>) {
  const id = useId();
  const streams = useValueOptions(datasource, { of: 'stream', cluster: onlyConcrete(spec.clusters) });
  return (
    <>
      <EditorRow>
        <InlineField
          label="Show"
          labelWidth="auto"
          htmlFor={id}
          tooltip="Advisories come from the servers: a leader elected, a delivery given up. The audit holds what people did."
        >
          <MultiCombobox
            id={id}
            width="auto"
            minWidth={20}
            maxWidth={40}
            options={optionsOf(eventKindLabels)}
            value={spec.of ?? ['advisories']}
            onChange={(options) => onPatch({ of: options.map(({ value }) => value) })}
          />
        </InlineField>
        <ClustersField
          datasource={datasource}
          value={spec.clusters ?? []}
          onChange={(clusters) => onPatch({ clusters })}
        />
        <ValueField
          label="Stream"
          placeholder="Any"
          load={streams}
          value={spec.stream ?? ''}
          onChange={(stream) => onPatch({ stream: stream === '' ? null : stream })}
        />
      </EditorRow>
      <EditorRow>
        <CommitInput
          label="Types"
          tooltip="Only these, separated by commas: leader_elected, max_deliver"
          placeholder="all"
          width={50}
          value={(spec.types ?? []).join(', ')}
          onCommit={(text) =>
            onPatch({
              types: text
                .split(',')
                .map((type) => type.trim())
                .filter((type) => type !== ''),
            })
          }
        />
        <LimitField
          label="Events"
          value={spec.limit}
          usual={500}
          most={5000}
          onChange={(limit) => onPatch({ limit })}
        />
      </EditorRow>
    </>
  );
}
