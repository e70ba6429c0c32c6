import { Button, Dropdown, Menu, type IconName } from '@grafana/ui';

export interface OfferedAct<Id extends string> {
  readonly id: Id;
  readonly text: string;
  readonly icon: IconName;
  /** it takes something away for good */
  readonly destroys?: boolean;
  /** why it cannot be done as things stand, or null */
  readonly not: string | null;
}

interface Props<Id extends string> {
  /** what it is done to, for who cannot see where the menu stands */
  readonly label: string;
  readonly acts: readonly OfferedAct<Id>[];
  readonly onAct: (id: Id) => void;
}

/** What may be done here, under one button; nothing where nothing may be done. */
export function ActsMenu<Id extends string>({ label, acts, onAct }: Props<Id>) {
  if (acts.length === 0) return null;
  return (
    <Dropdown
      placement="bottom-end"
      overlay={() => (
        <Menu ariaLabel={label}>
          {acts.map(({ id, text, icon, destroys, not }) => (
            <Menu.Item
              key={id}
              label={text}
              icon={icon}
              destructive={destroys === true && not === null}
              disabled={not !== null}
              description={not ?? undefined}
              onClick={() => onAct(id)}
            />
          ))}
        </Menu>
      )}
    >
      <Button size="sm" variant="secondary" icon="cog" aria-label={label}>
        Actions
      </Button>
    </Dropdown>
  );
}
