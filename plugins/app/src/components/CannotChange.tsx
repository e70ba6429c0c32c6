import { Alert } from '@grafana/ui';
import type { BuiltInRole } from '@jetstream-console/contract';
import { useMe } from '../api/hooks';

interface Props {
  /** such as `purge the stream ORDERS` */
  readonly what: string;
  readonly role: BuiltInRole;
  readonly readOnly: boolean | null;
}

/** What a link leads to where the asker may not do it: why, and who can help. */
export function CannotChange({ what, role, readOnly }: Props) {
  const { data: me } = useMe();
  if (readOnly === null) return null;
  const own = [...new Set(me?.roles.map(({ name }) => name))].join(', ');
  return readOnly ? (
    <Alert severity="info" title="This cluster is read-only in the console" data-testid="no-access">
      Nobody changes anything in it from here, whatever their role. An administrator can switch it back in its settings.
    </Alert>
  ) : (
    <Alert severity="info" title={`Your role may not ${what}`} data-testid="no-access">
      You are {own === '' ? 'without a role' : own} here. It takes the role {role}; an administrator of the console can
      give it to you or to your Grafana team.
    </Alert>
  );
}
