import { Alert, Button, Dropdown, Menu, type IconName } from '@grafana/ui';
import type { BuiltInRole } from '@jetstream-console/contract';
import { useState, type ReactNode } from 'react';
import { useUrl } from '../useUrl';
import { CannotChange } from './CannotChange';

/** What a dialog of an act is given. */
export interface ActBase {
  /** @param words what came of it */
  readonly onDone: (words: string) => void;
  readonly onClose: () => void;
}

/** Something that may be done to what a page shows; the URL names it, so that a link can lead to it. */
export interface Act {
  readonly id: string;
  readonly text: string;
  readonly icon: IconName;
  /** it takes something away for good */
  readonly destroys?: boolean;
  readonly allowed: boolean;
  /** the least of the built-in roles that may do it */
  readonly role: BuiltInRole;
  /** such as `purge the stream ORDERS` */
  readonly what: string;
  /** why it cannot be done as things stand, or null */
  readonly not: string | null;
  readonly dialog: (base: ActBase) => ReactNode;
}

interface MenuProps {
  /** what it is done to, for who cannot see where the menu stands */
  readonly label: string;
  /** what the button says, where there is more than one of them */
  readonly text?: string;
  readonly acts: readonly Act[];
}

/** What may be done here, under one button; nothing where nothing may be done. */
export function ActsMenu({ label, text: shown = 'Actions', acts }: MenuProps) {
  const url = useUrl();
  const offered = acts.filter(({ allowed }) => allowed);
  if (offered.length === 0) return null;
  return (
    <Dropdown
      placement="bottom-end"
      overlay={() => (
        <Menu ariaLabel={label}>
          {offered.map(({ id, text, icon, destroys = false, not }) => (
            <Menu.Item
              key={id}
              label={text}
              icon={icon}
              destructive={destroys && not === null}
              disabled={not !== null}
              description={not ?? undefined}
              onClick={() => url.set({ act: id }, false)}
            />
          ))}
        </Menu>
      )}
    >
      <Button size="sm" variant="secondary" icon="cog" aria-label={label}>
        {shown}
      </Button>
    </Dropdown>
  );
}

interface OpenedProps {
  readonly acts: readonly Act[];
  /** whether the cluster is; null until that is known */
  readonly readOnly: boolean | null;
}

/** The act that the menu or a link has opened, and what came of the last one. */
export function OpenedAct({ acts, readOnly }: OpenedProps) {
  const url = useUrl();
  const [done, setDone] = useState<string | null>(null);
  const act = acts.find(({ id }) => id === url.get('act'));
  const onClose = () => url.set({ act: null });
  if (act === undefined)
    return done !== null && <Alert severity="success" title={done} data-testid="done" onRemove={() => setDone(null)} />;
  if (!act.allowed) return <CannotChange what={act.what} role={act.role} readOnly={readOnly} />;
  if (act.not !== null) return <Alert severity="info" title={`${act.text}: ${act.not}`} onRemove={onClose} />;
  return act.dialog({
    onDone: (words) => {
      setDone(words);
      onClose();
    },
    onClose,
  });
}
