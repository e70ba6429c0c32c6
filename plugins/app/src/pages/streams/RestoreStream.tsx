import { assetName } from '@jetstream-console/contract';
import { useState } from 'react';
import { useMayChange } from '../../api/mayChange';
import { CannotChange } from '../../components/CannotChange';
import { Stack } from '../../components/parts';
import { TextInput } from '../../components/TextInput';
import { RestorePanel } from '../stream/RestorePanel';

/** A stream out of a backup, in a cluster that does not have it (any more). */
export function RestoreStream({ clusterId }: { clusterId: string }) {
  const [name, setName] = useState('');
  const may = useMayChange(clusterId);
  if (!may.streams('create') || !may.streams('operate'))
    return <CannotChange what="restore streams in this cluster" role="admin" readOnly={may.readOnly} />;
  const named = assetName.safeParse(name).success;
  return (
    <Stack>
      <TextInput
        id="restore-name"
        label="Name of the stream in the backup"
        description="NATS restores a stream under its own name, and not over one that is there. Its backup.json says the name."
        autoFocus
        value={name}
        fault={{ invalid: name !== '' && !named, error: name === '' || named ? undefined : 'No stream is called so.' }}
        onChange={setName}
      />
      {named && may.streams('operate', name) && may.streams('create', name) && (
        <RestorePanel key={name} clusterId={clusterId} stream={name} />
      )}
    </Stack>
  );
}
