import { changeBetween, type ChangePlan, type NatsConfig } from '@jetstream-console/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { useAct, useApi } from '../../../api/hooks';
import { ChangeList } from '../../../assetConfig/ChangeList';
import { PlanWords } from '../../../assetConfig/PlanWords';
import { streamFields } from '../../../assetConfig/streamFields';
import { ActDialog } from '../../../components/ActDialog';
import { Quiet } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { time } from '../../../format';
import { streamAddCommand, streamEditCommand } from '../../../natsCommand';

/** One side of an act in the history. */
export interface Restorable {
  readonly id: string;
  readonly side: 'before' | 'after';
  readonly config: NatsConfig;
  readonly time: string;
}

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly gone: boolean;
  readonly version: Restorable;
  readonly onClose: () => void;
}

/** Brings a version back, once it is shown what that changes. */
export const RestoreDialog = (props: Props) => (props.gone ? <MakeAgain {...props} /> : <ChangeBack {...props} />);

/** The stream is there: the difference to what it is now. */
function ChangeBack(props: Props) {
  const params = { clusterId: props.clusterId, stream: props.stream };
  const view = useApi('getStreamConfig', { params });
  const change = view.data ? changeBetween(view.data.config, props.version.config) : {};
  const plan = useApi(
    'planStreamUpdate',
    { params, body: { change } },
    { enabled: view.data !== undefined && Object.keys(change).length > 0 },
  );
  const same = view.data !== undefined && Object.keys(change).length === 0;
  return <Dialog {...props} plan={plan} basedOn={view.data?.hash ?? null} same={same} />;
}

/** It is gone: what would be made. */
function MakeAgain(props: Props) {
  const { clusterId, stream, version } = props;
  const plan = useApi('planStream', {
    params: { clusterId },
    body: { config: { ...version.config, name: stream } },
  });
  return <Dialog {...props} plan={plan} basedOn={null} same={false} />;
}

interface DialogProps extends Props {
  readonly plan: UseQueryResult<ChangePlan, Error>;
  readonly basedOn: string | null;
  /** it is so already */
  readonly same: boolean;
}

function Dialog({ clusterId, stream, gone, version, plan, basedOn, same, onClose }: DialogProps) {
  const restore = useAct('restoreStreamVersion');
  const known = plan.isPlaceholderData || plan.isError ? undefined : plan.data;
  return (
    <ActDialog
      title={gone ? `Make ${stream} again` : `Bring an earlier version of ${stream} back`}
      text={gone ? 'Make it again' : 'Bring it back'}
      busyText="Bringing it back"
      act={restore}
      blocked={known === undefined || known.refusals.length > 0}
      command={known && (gone ? streamAddCommand(known.config) : streamEditCommand(stream, known.config))}
      onClose={onClose}
      onAct={() =>
        restore.mutate(
          {
            params: { clusterId, stream },
            body: { version: version.id, side: version.side, basedOn },
          },
          { onSuccess: onClose },
        )
      }
    >
      <p>
        <Quiet>
          The configuration as it was {version.side === 'before' ? 'before' : 'after'} the change of{' '}
          {time(version.time)}. {gone && 'Its messages do not come back.'}
        </Quiet>
      </p>
      {same ? (
        <p>It is set like that already.</p>
      ) : (
        <Loaded of={plan}>
          {({ diff, refusals, effects }) => (
            <>
              <ChangeList
                label="What changes"
                groups={streamFields}
                changes={diff}
                sides={gone ? [null, 'set to'] : ['now', 'becomes']}
              />
              <PlanWords plan={{ refusals, effects }} />
            </>
          )}
        </Loaded>
      )}
    </ActDialog>
  );
}
