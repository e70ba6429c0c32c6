import { Combobox } from '@grafana/ui';
import { routes } from '@jetstream-console/contract';
import { call } from '../api/client';
import { useApi } from '../api/hooks';
import { Row } from '../components/parts';

/** A message type of Protobuf, and the descriptor set that has it. */
export interface PickedType {
  readonly descriptor: string;
  readonly type: string;
}

interface Props {
  /** what is picked; a descriptor set alone where its type is not picked yet */
  readonly descriptor: string | null;
  readonly type: string | null;
  readonly onDescriptor: (descriptor: string) => void;
  readonly onPick: (picked: PickedType) => void;
}

const mostOffered = 200;

/** Types are asked for as somebody types: a set may have thousands. */
async function typesOf(descriptorId: string, search: string) {
  const { items } = await call(routes.getDescriptor, {
    params: { descriptorId },
    query: { ...(search !== '' && { search }), limit: mostOffered },
  });
  return items.map(({ name, file }) => ({ value: name, label: name, description: file }));
}

/** First the descriptor set, then one of its message types. */
export function TypePicker({ descriptor, type, onDescriptor, onPick }: Props) {
  const sets = useApi('listDescriptors');
  return (
    <Row>
      <Combobox
        aria-label="Descriptor set"
        width={24}
        placeholder="Descriptor set"
        options={(sets.data?.items ?? []).map(({ id, name, types }) => ({
          value: id,
          label: name,
          description: types === 1 ? '1 type' : `${types} types`,
        }))}
        value={descriptor}
        onChange={({ value }) => onDescriptor(value)}
      />
      <Combobox
        // Another set has other types.
        key={descriptor}
        aria-label="Message type"
        width={36}
        placeholder="Message type"
        disabled={descriptor === null}
        options={(search) => (descriptor === null ? Promise.resolve([]) : typesOf(descriptor, search))}
        value={type === null ? null : { value: type, label: type }}
        onChange={({ value }) => {
          if (descriptor !== null) onPick({ descriptor, type: value });
        }}
      />
    </Row>
  );
}
