import { Button, FileDropzone } from '@grafana/ui';
import { label, maxDescriptorUpload, routes, type DescriptorRow } from '@jetstream-console/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { sendBytes } from '../../api/client';
import { fieldFault } from '../../api/faults';
import { Panel, Quiet, Row, Stack } from '../../components/parts';
import { Problem } from '../../components/States';
import { TextInput } from '../../components/TextInput';
import { bytes } from '../../format';

interface Props {
  /** whose content is replaced; null for a new one */
  readonly replaces: DescriptorRow | null;
  readonly onDone: (row: DescriptorRow) => void;
  readonly onCancel: () => void;
}

const nameOf = (file: string) => file.replace(/\.[^.]*$/, '');

/** A descriptor set from the disk: the server looks whether it is one, and says what is wrong where it is none. */
export function UploadDescriptor({ replaces, onDone, onCancel }: Props) {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const send = useMutation<DescriptorRow, Error, File>({
    mutationFn: async (chosen) => {
      const content = new Uint8Array(await chosen.arrayBuffer());
      return replaces === null
        ? sendBytes(routes.uploadDescriptor, { params: {}, query: { name } }, content)
        : sendBytes(routes.replaceDescriptor, { params: { descriptorId: replaces.id }, query: {} }, content);
    },
    onSuccess: (row) => {
      void client.invalidateQueries();
      onDone(row);
    },
  });
  const tooLarge = file !== null && file.size > maxDescriptorUpload;
  const ready = file !== null && !tooLarge && !send.isPending && (replaces !== null || label.safeParse(name).success);
  return (
    <Panel title={replaces === null ? 'Upload a descriptor set' : `Replace ${replaces.name}`}>
      <form
        data-testid="upload-descriptor"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) send.mutate(file);
        }}
      >
        <Stack>
          <Quiet>
            Made with protoc --include_imports --descriptor_set_out=types.binpb, or with buf build -o types.binpb.
            Comments in it are not kept.
          </Quiet>
          {replaces !== null && replaces.bindings > 0 && (
            <Quiet>Types that are bound have to be in the new content; messages are read by it at once.</Quiet>
          )}
          <FileDropzone
            options={{
              multiple: false,
              disabled: send.isPending,
              onDrop: ([dropped]: File[]) => {
                if (!dropped) return;
                send.reset();
                setFile(dropped);
                setName((before) => (before === '' ? nameOf(dropped.name) : before));
              },
            }}
            onLoad={undefined}
            readAs={undefined}
            fileListRenderer={() => null}
          />
          {file && (
            <Quiet>
              {file.name}, {bytes(file.size)}
              {tooLarge && `: more than the ${bytes(maxDescriptorUpload)} that an upload may have`}
            </Quiet>
          )}
          {replaces === null && (
            <TextInput
              id="descriptor-name"
              label="Name"
              description="Whoever binds a subject finds it by this."
              fault={fieldFault(send.error, 'query.name')}
              value={name}
              onChange={setName}
            />
          )}
          {send.error && <Problem error={send.error} />}
          <Row>
            <Button type="submit" size="sm" disabled={!ready}>
              {send.isPending ? 'Uploading' : replaces === null ? 'Upload' : 'Replace'}
            </Button>
            <Button type="button" size="sm" variant="secondary" onClick={onCancel}>
              Cancel
            </Button>
          </Row>
        </Stack>
      </form>
    </Panel>
  );
}
