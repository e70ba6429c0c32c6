import { Button, Checkbox, ClipboardButton } from '@grafana/ui';
import { diffConfigs, type ChangePlan } from '@jetstream-console/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { Panel, Quiet, Row, Stack } from '../components/parts';
import { Problem } from '../components/States';
import { ChangeList } from './ChangeList';
import type { FormOf, Refusal } from './ConfigForm';
import { PlanWords, Reasons } from './PlanWords';
import type { Draft } from './useDraft';

interface Saving {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly reset: () => void;
}

interface Props {
  readonly of: FormOf;
  readonly draft: Draft;
  readonly plan: UseQueryResult<ChangePlan, Error>;
  readonly act: Saving;
  /** what the button says, and while it is at work: `Save`, `Saving` */
  readonly texts: readonly [idle: string, busy: string];
  readonly command: (plan: ChangePlan) => string;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

/** The plan of this very draft: an earlier one says nothing about what stands there now. */
export const planOf = ({ draft, plan }: Pick<Props, 'draft' | 'plan'>): ChangePlan | null =>
  draft.ready && plan.data !== undefined && !plan.isPlaceholderData && !plan.isError ? plan.data : null;

/** What a change comes to, said before anything is sent: field by field, for messages and clients, and what speaks against it. */
export function ChangePanel({ of, draft, plan, act, texts, command, onSave, onCancel }: Props) {
  const known = planOf({ draft, plan });
  const making = of.base === null;
  const changes = diffConfigs(draft.base, draft.draft);
  const faults = Object.entries(draft.faults).map(([field, reason]): Refusal => ({ field, reason }));
  const savable = known !== null && known.refusals.length === 0 && !act.isPending;
  return (
    <Panel title={making ? 'What is made' : 'What this changes'}>
      <Stack>
        {changes.length === 0 ? (
          <Quiet>
            Nothing yet. {making ? 'Set' : 'Change'} a field or the JSON: what comes of it stands here before anything
            is sent.
          </Quiet>
        ) : (
          <ChangeList
            label="Changes"
            groups={of.groups}
            changes={changes}
            sides={making ? [null, 'set to'] : undefined}
          />
        )}
        <Reasons title="Mend this first" reasons={faults} />
        {known !== null && <PlanWords plan={known} />}
        {draft.ready && plan.isError && <Problem error={plan.error} retry={() => void plan.refetch()} />}
        {act.error && <Problem error={act.error} />}
        {of.level > 0 && (
          <Checkbox
            label="Let the server adjust values that do not fit"
            description="Without it such a value is refused; with it you are told what the server made of it."
            value={!draft.pedantic}
            onChange={(event) => draft.setPedantic(!event.currentTarget.checked)}
          />
        )}
        <Row>
          <Button disabled={!savable} onClick={onSave}>
            {act.isPending ? texts[1] : texts[0]}
          </Button>
          <Button variant="secondary" fill="outline" onClick={onCancel}>
            Cancel
          </Button>
          {known !== null && (
            <ClipboardButton size="sm" variant="secondary" fill="text" icon="copy" getText={() => command(known)}>
              nats command
            </ClipboardButton>
          )}
          <span role="status">
            {draft.ready && known === null && !plan.isError && <Quiet>Asking what comes of it</Quiet>}
          </span>
        </Row>
      </Stack>
    </Panel>
  );
}
