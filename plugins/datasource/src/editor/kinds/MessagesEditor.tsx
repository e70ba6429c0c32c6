import { CommitInput } from '../parts/CommitInput';
import { EditorRow } from '../parts/EditorRow';
import { LimitField } from '../parts/LimitField';
import { onlyConcrete, useValueOptions } from '../parts/options';
import { ValueField } from '../parts/ValueFields';
import type { SpecEditorProps } from '../props';

/** The filters of messages, each with what it means; an empty one does not count. */
const filters = [
  ['subject', 'Subject', 'Wildcards as NATS has them: orders.*.created, orders.>', 'any'],
  [
    'header',
    'Header',
    'A header that is there, or one with a value, where * stands for any text: Nats-Msg-Id, Trace: abc*',
    'any',
  ],
  ['text', 'Text', 'Text that the decoded payload holds.', 'any'],
  ['regex', 'Regular expression', 'RE2, run over the decoded payload in linear time.', 'none'],
  [
    'jsonPath',
    'JSON path',
    'Keeps messages in which it finds something, or a value that compares: $.order.total > 100',
    'none',
  ],
] as const;

export function MessagesEditor({ datasource, spec, onPatch }: SpecEditorProps<'messages'>) {
  const clusters = useValueOptions(datasource, { of: 'cluster' });
  const streams = useValueOptions(datasource, { of: 'stream', cluster: onlyConcrete([spec.cluster]) });
  return (
    <>
      <EditorRow>
        <ValueField
          label="Cluster"
          placeholder="Choose a cluster"
          load={clusters}
          value={spec.cluster}
          onChange={(cluster) => onPatch({ cluster })}
        />
        <ValueField
          label="Stream"
          placeholder="Choose a stream"
          load={streams}
          value={spec.stream}
          onChange={(stream) => onPatch({ stream })}
        />
        <LimitField
          label="Messages"
          tooltip="At most this many, newest first, within the time range."
          value={spec.limit}
          usual={100}
          most={1000}
          onChange={(limit) => onPatch({ limit })}
        />
      </EditorRow>
      <EditorRow>
        {filters.map(([field, label, tooltip, placeholder]) => (
          <CommitInput
            key={field}
            label={label}
            tooltip={tooltip}
            placeholder={placeholder}
            value={spec[field] ?? ''}
            onCommit={(text) => onPatch({ [field]: text === '' ? undefined : text })}
          />
        ))}
      </EditorRow>
    </>
  );
}
