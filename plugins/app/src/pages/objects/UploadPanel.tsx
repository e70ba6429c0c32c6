import { Alert, Button, Checkbox, Field, FileDropzone, Input } from '@grafana/ui';
import { objectName } from '@jetstream-console/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Panel, Quiet, Row, Stack, Use } from '../../components/parts';
import { Problem } from '../../components/States';
import { bytes } from '../../format';
import { sendFile } from './upload';

interface Props {
  readonly clusterId: string;
  readonly store: string;
  /** may an object that is there be replaced */
  readonly mayReplace: boolean;
  readonly onDone: (name: string) => void;
  readonly onCancel: () => void;
}

interface Going {
  readonly sent: number;
  readonly stop: () => void;
}

/** One file into a store: with how far it has come, and a way to stop that leaves nothing behind. */
export function UploadPanel({ clusterId, store, mayReplace, onDone, onCancel }: Props) {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [replace, setReplace] = useState(false);
  const [going, setGoing] = useState<Going | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const control = useRef<AbortController | null>(null);
  // Whoever leaves the page stops it: the server takes away what it has of it.
  useEffect(() => () => control.current?.abort(), []);
  const named = objectName.safeParse(name);
  const ready = file !== null && named.success && going === null;
  const start = () => {
    if (!ready) return;
    const stopping = new AbortController();
    control.current = stopping;
    const stop = () => stopping.abort();
    setFailed(null);
    setGoing({ sent: 0, stop });
    sendFile(
      { clusterId, store, name, description, replace, file },
      (sent) => setGoing({ sent, stop }),
      stopping.signal,
    )
      .then(
        () => {
          void client.invalidateQueries();
          onDone(name);
        },
        (error: unknown) => setFailed(error),
      )
      .finally(() => setGoing(null));
  };
  const stopped = failed instanceof DOMException;
  return (
    <Panel title="Upload an object">
      <form
        data-testid="upload"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <Stack>
          <FileDropzone
            options={{
              multiple: false,
              disabled: going !== null,
              onDrop: ([dropped]: File[]) => {
                if (!dropped) return;
                setFile(dropped);
                setName((before) => (before === '' ? dropped.name : before));
              },
            }}
            // Nothing is read into memory: the file is sent from where it lies.
            onLoad={undefined}
            readAs={undefined}
            fileListRenderer={() => null}
          />
          {file && (
            <Quiet>
              {file.name}, {bytes(file.size)}
            </Quiet>
          )}
          <Field label="Name in the store" description="It may hold slashes." htmlFor="object-name">
            <Input id="object-name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          </Field>
          <Field label="Description" htmlFor="object-description">
            <Input
              id="object-description"
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </Field>
          {mayReplace && (
            <Checkbox
              label="Replace the object that has this name"
              value={replace}
              onChange={(event) => setReplace(event.currentTarget.checked)}
            />
          )}
          {going && file && (
            <div role="status" aria-label="Progress">
              <Use use={file.size === 0 ? 1 : going.sent / file.size} of={bytes(file.size)} />{' '}
              <Quiet>
                {bytes(going.sent)} of {bytes(file.size)}
                {going.sent >= file.size && ', waiting until the store has all of it'}
              </Quiet>
            </div>
          )}
          {stopped ? (
            <Alert severity="info" title="Stopped. Nothing of it is kept." />
          ) : (
            failed !== null && <Problem error={failed} />
          )}
          <Row>
            <Button type="submit" size="sm" disabled={!ready}>
              {going ? 'Uploading' : 'Upload'}
            </Button>
            {going ? (
              <Button type="button" size="sm" variant="destructive" fill="outline" onClick={going.stop}>
                Stop
              </Button>
            ) : (
              <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
                Cancel
              </Button>
            )}
          </Row>
        </Stack>
      </form>
    </Panel>
  );
}
