import { Button, ClipboardButton, Field, Input } from '@grafana/ui';
import { kvKey } from '@jetstream-console/contract';
import { useState, type ComponentProps, type ReactNode } from 'react';
import { toProblem } from '../../api/client';
import { Row, Stack } from '../../components/parts';
import { Problem } from '../../components/States';
import { createKeyCommand, putKeyCommand } from '../../natsCommand';
import { ConflictView } from './ConflictView';
import { conflictIn, usePut } from './usePut';
import { faultOfValue, ttlFrom, type TypedValue } from './value';
import { TtlField, ValueEditor } from './ValueEditor';

interface Props {
  readonly clusterId: string;
  readonly bucket: string;
  /** the key that is written; none for one that is yet to be named */
  readonly keyName: string | null;
  /** what a new name begins with: the folder that is open */
  readonly folder?: string;
  readonly start: TypedValue;
  /** the revision that was seen; null where the key is to be made */
  readonly basedOn: number | null;
  /** values of this bucket may say when they expire */
  readonly ttl: boolean;
  readonly onDone: (key: string) => void;
  readonly onCancel: () => void;
}

/** Writes a value: on the revision that was seen, or as a key that is not there yet. */
export function WriteKey({ clusterId, bucket, keyName, folder = '', start, basedOn, ttl, onDone, onCancel }: Props) {
  const [typedKey, setTypedKey] = useState(folder);
  const [value, setValue] = useState(start);
  // What was seen when the edit began: a list that is read again meanwhile must not move it.
  const [seen] = useState(basedOn);
  const [life, setLife] = useState('');
  const put = usePut(clusterId, bucket);
  const key = keyName ?? typedKey;
  const named = kvKey.safeParse(key);
  const nameFault = named.success || typedKey === folder ? undefined : named.error.issues[0]?.message;
  const ttlSeconds = ttlFrom(life);
  const ready = named.success && faultOfValue(value) === null && ttlSeconds !== null && !put.isPending;
  const conflict = conflictIn(put.error);
  const save = (on: number | null) => {
    if (ready) put.mutate({ key, value, ttlSeconds, basedOn: on }, { onSuccess: () => onDone(key) });
  };
  return (
    <form
      data-testid="write-key"
      onSubmit={(event) => {
        event.preventDefault();
        save(seen);
      }}
    >
      <Stack>
        {keyName === null && (
          <NameField fault={nameFault}>
            <Input
              id="kv-key"
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={typedKey}
              onChange={(event) => setTypedKey(event.currentTarget.value)}
            />
          </NameField>
        )}
        <ValueEditor value={value} onChange={setValue} />
        {ttl && <TtlField text={life} onChange={setLife} />}
        {conflict ? (
          <ConflictView
            conflict={conflict}
            detail={toProblem(put.error).problem.detail}
            busy={put.isPending}
            onOverwrite={keyName === null ? null : save}
            onTheirs={() => {
              put.reset();
              if (keyName === null) onDone(key);
              else onCancel();
            }}
          />
        ) : (
          put.error && <Problem error={put.error} />
        )}
        <Row>
          <Button type="submit" size="sm" disabled={!ready}>
            {put.isPending ? 'Saving' : seen === null ? 'Create' : 'Save'}
          </Button>
          <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
            Cancel
          </Button>
          {value.mode !== 'base64' && named.success && (
            <ClipboardButton
              type="button"
              size="sm"
              variant="secondary"
              fill="text"
              icon="copy"
              getText={() =>
                seen === null ? createKeyCommand(bucket, key, value.text) : putKeyCommand(bucket, key, value.text, seen)
              }
            >
              nats command
            </ClipboardButton>
          )}
        </Row>
      </Stack>
    </form>
  );
}

const NameField = ({
  fault,
  children,
}: {
  fault: string | undefined;
  children: ComponentProps<typeof Field>['children'];
}): ReactNode => (
  <Field
    label="Key"
    description="Letters, digits and - / _ = . ; dots make folders."
    htmlFor="kv-key"
    invalid={fault !== undefined}
    error={fault}
  >
    {children}
  </Field>
);
