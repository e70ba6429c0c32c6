import { Field, Input } from '@grafana/ui';
import { bucketName, objectName, type ObjectRow } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct, useApi } from '../../api/hooks';
import type { MayChange } from '../../api/mayChange';
import { ActDialog } from '../../components/ActDialog';
import type { Act, ActBase } from '../../components/ActsMenu';
import { Loaded } from '../../components/States';
import { bytes } from '../../format';
import { deleteObjectCommand, sealStoreCommand } from '../../natsCommand';
import { DeleteStore } from '../stores/DeleteStore';
import { objectStores } from '../stores/kinds';
import { DescribeObject } from './DescribeObject';
import { RemoveLeftovers } from './RemoveLeftovers';
import { TouchedList } from '../stream/acts/Touched';

export interface OfStore {
  readonly clusterId: string;
  readonly store: string;
}

/** What may be done to a store besides changing its settings. */
export function storeActs(
  of: OfStore & { readonly may: MayChange; readonly sealed: boolean; readonly mirror: boolean },
): readonly Act[] {
  const { clusterId, store, may, sealed, mirror } = of;
  const unlessSealed = sealed ? 'It is sealed.' : null;
  return [
    {
      id: 'link',
      text: 'Make a link',
      icon: 'link',
      allowed: may.named('object_data:create', store),
      role: 'editor',
      what: `make links in ${store}`,
      not: unlessSealed,
      dialog: (base) => <LinkDialog clusterId={clusterId} store={store} {...base} />,
    },
    {
      id: 'leftovers',
      text: 'Remove what broken uploads left',
      icon: 'trash-alt',
      destroys: true,
      allowed: may.named('object_data:delete', store) && may.named('object_data:read', store),
      role: 'admin',
      what: `remove chunks from ${store}`,
      not: mirror ? 'It is a mirror: what it shows is written elsewhere.' : unlessSealed,
      dialog: (base) => <RemoveLeftovers clusterId={clusterId} store={store} {...base} />,
    },
    {
      id: 'seal',
      text: 'Seal',
      icon: 'lock',
      destroys: true,
      allowed: may.named('object_stores:operate', store),
      role: 'admin',
      what: `seal the object store ${store}`,
      not: unlessSealed,
      dialog: (base) => <SealDialog clusterId={clusterId} store={store} {...base} />,
    },
    {
      id: 'delete-store',
      text: 'Delete the store',
      icon: 'times',
      destroys: true,
      allowed: may.named('object_stores:delete', store),
      role: 'admin',
      what: `delete the object store ${store}`,
      not: null,
      dialog: (base) => <DeleteStore kind={objectStores} clusterId={clusterId} name={store} {...base} />,
    },
  ];
}

export interface OfObject extends OfStore {
  /** how long the store keeps what is written to it; 0: for good */
  readonly ttlSeconds: number;
  readonly object: ObjectRow;
}

/** What may be done to an object besides reading it. */
export function objectActs(of: OfObject & { readonly may: MayChange; readonly sealed: boolean }): readonly Act[] {
  const { store, object, may, sealed } = of;
  return [
    {
      id: 'describe',
      text: 'Describe',
      icon: 'pen',
      allowed: may.named('object_data:update', store),
      role: 'editor',
      what: `describe objects of ${store}`,
      not: sealed ? 'The store is sealed.' : null,
      dialog: (base) => <DescribeObject {...of} {...base} object={object} />,
    },
    {
      id: 'delete-object',
      text: 'Delete',
      icon: 'trash-alt',
      destroys: true,
      allowed: may.named('object_data:delete', store),
      role: 'admin',
      what: `delete objects of ${store}`,
      not: sealed ? 'The store is sealed.' : null,
      dialog: (base) => <DeleteObject {...of} {...base} object={object} />,
    },
  ];
}

function DeleteObject({ clusterId, store, object, onDone, onClose }: OfObject & ActBase) {
  const remove = useAct('deleteObject');
  const { name, size, link } = object;
  return (
    <ActDialog
      title={`Delete ${name}`}
      text="Delete"
      busyText="Deleting"
      act={remove}
      confirm={name}
      command={deleteObjectCommand(store, name)}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: { clusterId, store }, body: { name, confirm } },
          { onSuccess: () => onDone(`${name} is deleted.`) },
        )
      }
    >
      <p>
        {link
          ? 'Only the link goes; what it stands for stays.'
          : `Its content of ${bytes(size)} is lost for good. Links that stand for it lead nowhere afterwards.`}
      </p>
    </ActDialog>
  );
}

function SealDialog({ clusterId, store, onDone, onClose }: OfStore & ActBase) {
  const seal = useAct('sealObjectStore');
  const impact = useApi('getObjectStoreImpact', { params: { clusterId, store } });
  return (
    <ActDialog
      title={`Seal ${store}`}
      text="Seal for good"
      busyText="Sealing"
      act={seal}
      confirm={store}
      command={sealStoreCommand(store)}
      onClose={onClose}
      onAct={(confirm) =>
        seal.mutate(
          { params: { clusterId, store }, body: { confirm } },
          { onSuccess: () => onDone(`${store} is sealed.`) },
        )
      }
    >
      <p>No object can be added, replaced or deleted any more. No server and no administrator can take that back.</p>
      <Loaded of={impact}>{(known) => <TouchedList impact={known} touch="seal" />}</Loaded>
    </ActDialog>
  );
}

/** A name that stands for an object of this or another store, or for a whole store. */
function LinkDialog({ clusterId, store, onDone, onClose }: OfStore & ActBase) {
  const link = useAct('linkObject');
  const [name, setName] = useState('');
  const [toStore, setToStore] = useState(store);
  const [toName, setToName] = useState('');
  const ready =
    objectName.safeParse(name).success &&
    bucketName.safeParse(toStore).success &&
    (toName !== '' || toStore !== store) &&
    !(toName === name && toStore === store);
  return (
    <ActDialog
      title={`Make a link in ${store}`}
      text="Make the link"
      busyText="Making"
      act={link}
      blocked={!ready}
      onClose={onClose}
      onAct={() =>
        link.mutate(
          {
            params: { clusterId, store },
            body: { name, to: { store: toStore, ...(toName !== '' && { name: toName }) } },
          },
          {
            onSuccess: () =>
              onDone(`${name} stands for ${toName === '' ? `the store ${toStore}` : `${toName} of ${toStore}`}.`),
          },
        )
      }
    >
      <p>Whoever reads the link reads what it stands for, as long as they may read that store too.</p>
      <Field label="Name of the link" htmlFor="link-name">
        <Input id="link-name" autoFocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field label="Stands for an object of this store" htmlFor="link-store">
        <Input id="link-store" value={toStore} onChange={(event) => setToStore(event.currentTarget.value)} />
      </Field>
      <Field label="Object" description="Left empty it stands for the whole of another store." htmlFor="link-object">
        <Input id="link-object" value={toName} onChange={(event) => setToName(event.currentTarget.value)} />
      </Field>
    </ActDialog>
  );
}
