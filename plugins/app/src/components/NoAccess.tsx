import { Alert } from '@grafana/ui';
import { useMe } from '../api/hooks';

interface Props {
  readonly what: string;
  readonly role: string;
  readonly on: string;
}

/** Says which role would show it, and offers nothing that the server would refuse. */
export function NoAccess({ what, role, on }: Props) {
  const { data: me } = useMe();
  const own = [...new Set(me?.roles.map(({ name }) => name))].join(', ');
  return (
    <Alert severity="info" title={`Your role does not show ${what}`} data-testid="no-access">
      <p>
        You are {own === '' ? 'without a role' : own} here. To see {what} you need the role {role} on {on}; an
        administrator of the console can give it to you or to your Grafana team.
      </p>
    </Alert>
  );
}
