import { Alert, Field, Input } from '@grafana/ui';
import { useState } from 'react';
import { useAct, useApi } from '../../api/hooks';
import type { MayChange } from '../../api/mayChange';
import { ActDialog } from '../../components/ActDialog';
import type { Act, ActBase } from '../../components/ActsMenu';
import { Loaded } from '../../components/States';
import { exact } from '../../format';
import { compactCommand, deleteKeyCommand, purgeKeyCommand, revertKeyCommand } from '../../natsCommand';
import { useSettled } from '../../useSettled';
import { DeleteStore } from '../stores/DeleteStore';
import { buckets } from '../stores/kinds';
import { ttlFrom } from './value';

interface OfBucket {
  readonly clusterId: string;
  readonly bucket: string;
}
interface OfKey extends OfBucket {
  readonly keyName: string;
  /** the newest revision that the page shows */
  readonly revision: number;
}

/** What may be done to a bucket besides changing its settings. */
export function bucketActs(of: OfBucket & { readonly may: MayChange; readonly sealed: boolean }): readonly Act[] {
  const { clusterId, bucket, may, sealed } = of;
  return [
    {
      id: 'compact',
      text: 'Compact',
      icon: 'compress-arrows',
      allowed: may.named('kv_values:purge', bucket),
      role: 'admin',
      what: `compact the bucket ${bucket}`,
      not: sealed ? 'It is sealed.' : null,
      dialog: (base) => <CompactDialog clusterId={clusterId} bucket={bucket} {...base} />,
    },
    {
      id: 'delete-bucket',
      text: 'Delete the bucket',
      icon: 'times',
      destroys: true,
      allowed: may.named('kv_stores:delete', bucket),
      role: 'admin',
      what: `delete the bucket ${bucket}`,
      not: null,
      dialog: (base) => <DeleteStore kind={buckets} clusterId={clusterId} name={bucket} {...base} />,
    },
  ];
}

/** What may be done to a key besides writing it. */
export function keyActs(of: OfKey & { readonly may: MayChange; readonly gone: boolean }): readonly Act[] {
  const { may, gone, bucket, keyName } = of;
  return [
    {
      id: 'delete-key',
      text: 'Delete',
      icon: 'trash-alt',
      destroys: true,
      allowed: may.named('kv_values:delete', bucket, keyName),
      role: 'admin',
      what: `delete keys of ${bucket}`,
      not: gone ? 'It has no value.' : null,
      dialog: (base) => <MarkDialog {...of} {...base} act="delete" />,
    },
    {
      id: 'purge-key',
      text: 'Purge with its history',
      icon: 'fire',
      destroys: true,
      allowed: may.named('kv_values:purge', bucket, keyName),
      role: 'admin',
      what: `purge keys of ${bucket}`,
      not: null,
      dialog: (base) => <MarkDialog {...of} {...base} act="purge" />,
    },
  ];
}

const marks = {
  delete: {
    route: 'deleteKey',
    title: 'Delete',
    busy: 'Deleting',
    done: 'is deleted; what is kept of its history can be brought back.',
    command: deleteKeyCommand,
    text: 'A delete marker takes the place of the value. Earlier revisions stay as far as the bucket keeps any, and can be put again.',
  },
  purge: {
    route: 'purgeKey',
    title: 'Purge',
    busy: 'Purging',
    done: 'is purged with its history.',
    command: purgeKeyCommand,
    text: 'The value and every earlier revision go for good; a marker stays, so that watchers learn of it.',
  },
} as const;

function MarkDialog({
  clusterId,
  bucket,
  keyName,
  revision,
  act,
  onDone,
  onClose,
}: OfKey & ActBase & { act: keyof typeof marks }) {
  const { route, title, busy, done, command, text } = marks[act];
  const mark = useAct(route);
  return (
    <ActDialog
      title={`${title} ${keyName}`}
      text={title}
      busyText={busy}
      act={mark}
      confirm={keyName}
      command={command(bucket, keyName)}
      onClose={onClose}
      onAct={(confirm) =>
        mark.mutate(
          { params: { clusterId, bucket }, body: { key: keyName, confirm, basedOn: revision } },
          { onSuccess: () => onDone(`${keyName} ${done}`) },
        )
      }
    >
      <p>{text}</p>
      <p>Only where it is still at revision {exact(revision)}: if somebody writes it meanwhile, nothing is done.</p>
    </ActDialog>
  );
}

/** Puts the value of an earlier revision again. */
export function RevertDialog({
  clusterId,
  bucket,
  keyName,
  revision,
  to,
  onDone,
  onClose,
}: OfKey & ActBase & { to: number }) {
  const revert = useAct('revertKey');
  return (
    <ActDialog
      title={`Revert ${keyName}`}
      text="Revert"
      busyText="Reverting"
      act={revert}
      command={revertKeyCommand(bucket, keyName, to)}
      onClose={onClose}
      onAct={() =>
        revert.mutate(
          { params: { clusterId, bucket }, body: { key: keyName, to, basedOn: revision } },
          { onSuccess: () => onDone(`${keyName} has the value of revision ${exact(to)} again.`) },
        )
      }
    >
      <p>
        The value of revision {exact(to)} is put again, byte for byte, as a new revision. Nothing of the history goes,
        and if somebody writes the key meanwhile, nothing is done.
      </p>
    </ActDialog>
  );
}

const atFirst = '30m';

function CompactDialog({ clusterId, bucket, onDone, onClose }: OfBucket & ActBase) {
  const [age, setAge] = useState(atFirst);
  const settled = useSettled(age);
  const olderThanSeconds = settled.trim() === '0' ? 0 : (ttlFrom(settled) ?? null);
  const params = { clusterId, bucket };
  const plan = useApi(
    'planCompact',
    { params, body: { olderThanSeconds: olderThanSeconds ?? 0 } },
    { enabled: olderThanSeconds !== null },
  );
  const compact = useAct('compactBucket');
  const blocked =
    olderThanSeconds === null ||
    settled !== age ||
    !plan.data ||
    plan.data.markers === 0 ||
    plan.data.refusals.length > 0;
  return (
    <ActDialog
      title={`Compact ${bucket}`}
      text="Compact"
      busyText="Compacting"
      act={compact}
      confirm={bucket}
      blocked={blocked}
      command={compactCommand(bucket)}
      onClose={onClose}
      onAct={(confirm) =>
        compact.mutate(
          { params, body: { olderThanSeconds: olderThanSeconds ?? 0, confirm } },
          {
            onSuccess: ({ purged, keys, left }) =>
              onDone(
                `${exact(keys)} keys that were gone are removed, ${exact(purged)} messages in all.${left > 0 ? ` ${exact(left)} more are left: compact again.` : ''}`,
              ),
          },
        )
      }
    >
      <p>
        Keys that were deleted leave a marker, and what is kept of their history. Both go for good; values stay.
        Watchers that were away for longer than this do not learn of the deletion.
      </p>
      <Field
        label="Only markers older than"
        description="A time such as 30m or 7d; 0 for all."
        htmlFor="compact-age"
        invalid={olderThanSeconds === null}
        error={olderThanSeconds === null ? 'Write a time such as 30m, 12h or 7d.' : undefined}
      >
        <Input id="compact-age" width={20} value={age} onChange={(event) => setAge(event.currentTarget.value)} />
      </Field>
      <Loaded of={plan}>
        {({ markers, messages, younger, keys, refusals }) => (
          <div data-testid="compact-plan">
            {refusals.map((refusal) => (
              <Alert key={refusal} severity="error" title={refusal} />
            ))}
            <p>
              <strong>{exact(markers)}</strong> of {exact(keys)} keys are gone for that long; {exact(messages)} messages
              would be removed.{younger > 0 && ` ${exact(younger)} more were deleted lately and stay.`}
            </p>
          </div>
        )}
      </Loaded>
    </ActDialog>
  );
}
