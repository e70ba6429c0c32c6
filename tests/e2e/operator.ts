import { routes, type Client } from '@jetstream-console/contract';
import type { World } from './world';

/** While it runs, the reader is an operator as well: Grafana's own roles have none that becomes one. */
export async function asOperator(world: World, call: Client, run: () => Promise<void>): Promise<void> {
  const reader = world.users.find(({ role }) => role === 'reader');
  const { items } = await call(routes.listUsers, { query: { search: reader?.login ?? '', limit: 100 } });
  const known = items.find(({ login, source }) => login === reader?.login && source === 'grafana');
  if (!known) throw new Error('the reader has not been here yet');
  const binding = await call(routes.createBinding, {
    body: { subject: { kind: 'user', id: known.id }, role: 'operator', scope: { kind: 'organization' } },
  });
  try {
    await run();
  } finally {
    await call(routes.deleteBinding, { params: { bindingId: binding.id } });
  }
}
