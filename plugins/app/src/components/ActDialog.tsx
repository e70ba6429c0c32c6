import { Button, ClipboardButton, Modal } from '@grafana/ui';
import { useState, type ReactNode } from 'react';
import { ConfirmName } from './ConfirmName';
import { Problem } from './States';

interface Act {
  readonly isPending: boolean;
  readonly error: Error | null;
}

interface Props {
  readonly title: string;
  /** what the button says: `Purge`, `Pause` */
  readonly text: string;
  readonly act: Act;
  /** @param confirm the name as it was typed, or nothing where none is asked for */
  readonly onAct: (confirm: string) => void;
  readonly onClose: () => void;
  /** the name to be typed before something is destroyed */
  readonly confirm?: string;
  /** it cannot be done as it stands here; what stands in the dialog says why */
  readonly blocked?: boolean;
  /** the same for a terminal */
  readonly command?: string;
  /** what a word such as `Purging` says while it runs */
  readonly busyText: string;
  readonly children?: ReactNode;
}

/** One act: what it touches, the name where it destroys, the same as a command, and what came of it where it failed. */
export function ActDialog({
  title,
  text,
  act,
  onAct,
  onClose,
  confirm,
  blocked = false,
  command,
  busyText,
  children,
}: Props) {
  const [typed, setTyped] = useState('');
  const ready = !blocked && !act.isPending && (confirm === undefined || typed === confirm);
  return (
    <Modal isOpen title={title} onDismiss={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onAct(typed);
        }}
      >
        {children}
        {command !== undefined && (
          <p>
            <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => command}>
              nats command
            </ClipboardButton>
          </p>
        )}
        {confirm !== undefined && <ConfirmName name={confirm} typed={typed} onType={setTyped} />}
        {act.error && <Problem error={act.error} />}
        <Modal.ButtonRow>
          <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant={confirm === undefined ? 'primary' : 'destructive'} disabled={!ready}>
            {act.isPending ? busyText : text}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}
