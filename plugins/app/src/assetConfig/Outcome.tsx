import { Alert } from '@grafana/ui';
import type { ChangeResult } from '@jetstream-console/contract';
import { Panel, Stack } from '../components/parts';
import { ChangeList } from './ChangeList';
import type { FieldGroup } from './words';

interface Props {
  readonly result: ChangeResult;
  readonly groups: readonly FieldGroup[];
  readonly onClose: () => void;
}

/** What the server made of a change, by its own answer: also what it left out, or set otherwise. */
export function Outcome({ result, groups, onClose }: Props) {
  const { diff, ignored, adjusted } = result;
  const asAsked = ignored.length === 0 && adjusted.length === 0;
  return (
    <Alert
      severity={asAsked ? 'success' : 'warning'}
      title={asAsked ? 'Saved, as you asked' : 'Saved, but not all as you asked'}
      data-testid="outcome"
      onRemove={onClose}
    >
      <Stack>
        <ChangeList label="What is different now" groups={groups} changes={diff} />
        {adjusted.length > 0 && (
          <Panel title="Set otherwise by the server">
            <ChangeList label="Set otherwise" groups={groups} changes={adjusted} sides={['asked', 'is now']} />
          </Panel>
        )}
        {ignored.length > 0 && (
          <Panel title="Not set: the server does without">
            <ChangeList label="Not set" groups={groups} changes={ignored} sides={['asked', 'is now']} />
          </Panel>
        )}
      </Stack>
    </Alert>
  );
}
