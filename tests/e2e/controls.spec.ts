import { routes, type Client } from '@jetstream-console/contract';
import { connect } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import { logIn } from '../../scripts/lib/consoleClient';
import { appUrl, demoClusterId, expect, test } from './console';
import { asOperator } from './operator';
import type { World } from './world';

type Role = 'viewer' | 'reader' | 'operator' | 'editor' | 'admin';
const roles: readonly Role[] = ['viewer', 'reader', 'operator', 'editor', 'admin'];
const from = (least: Role): readonly Role[] => roles.slice(roles.indexOf(least));

/** A control of a page, where it stands, who is offered it, and the link that leads past the button. */
interface Control {
  readonly text: string;
  readonly as: 'button' | 'link' | 'menuitem';
  readonly for: readonly Role[];
  readonly link?: string;
  /** of the console, and not of the cluster */
  readonly setting?: boolean;
}
interface Place {
  /** @param client the server and number of a connection */
  readonly path: (cluster: string, client: string) => string;
  /** who comes there at all, where that is not everybody: for the others the page stays at its first tab */
  readonly seenBy?: readonly Role[];
  /** what has to be there before it is said what is not */
  readonly ready: string;
  readonly menu?: string;
  readonly controls: readonly Control[];
}

const orders = (cluster: string) => `clusters/${cluster}/streams/ORDERS`;
const places: readonly Place[] = [
  {
    path: (cluster) => `streams?cluster=${cluster}`,
    ready: 'Consumers',
    controls: [
      { text: 'Create a stream', as: 'link', for: from('editor'), link: '&create=empty' },
      { text: 'Restore', as: 'link', for: from('admin'), link: '&restore=1' },
    ],
  },
  {
    path: (cluster) => `${orders(cluster)}?tab=config`,
    ready: 'As the server has it',
    menu: 'Actions on the stream ORDERS',
    controls: [
      { text: 'Edit', as: 'button', for: from('editor'), link: '&edit=1' },
      { text: 'Clone', as: 'link', for: from('editor') },
      { text: 'Export', as: 'button', for: roles },
      { text: 'History', as: 'button', for: from('editor') },
      { text: 'Purge messages', as: 'menuitem', for: ['admin'], link: '&act=purge' },
      { text: 'Step down its leader', as: 'menuitem', for: ['admin'], link: '&act=step-down' },
      { text: 'Remove a peer', as: 'menuitem', for: ['admin'], link: '&act=peer-remove' },
      { text: 'Seal', as: 'menuitem', for: ['admin'], link: '&act=seal' },
      { text: 'Delete', as: 'menuitem', for: ['admin'], link: '&act=delete' },
    ],
  },
  {
    path: (cluster) => `${orders(cluster)}?tab=consumers`,
    ready: 'fraud-check',
    controls: [{ text: 'Create a consumer', as: 'button', for: from('editor'), link: '&create=1' }],
  },
  {
    path: (cluster) => `${orders(cluster)}/consumers/fraud-check?from=now-1h`,
    ready: 'As the server has it',
    menu: 'Actions on the consumer fraud-check',
    controls: [
      { text: 'Edit', as: 'button', for: from('editor'), link: '&edit=1' },
      { text: 'Export', as: 'button', for: roles },
      { text: 'Allow more unacknowledged', as: 'button', for: from('editor') },
      { text: 'Pause', as: 'menuitem', for: from('operator'), link: '&act=pause' },
      { text: 'Resume', as: 'menuitem', for: from('operator'), link: '&act=resume' },
      { text: 'Reset its position', as: 'menuitem', for: from('editor'), link: '&act=reset' },
      { text: 'Unpin a client', as: 'menuitem', for: from('editor'), link: '&act=unpin' },
      { text: 'Step down its leader', as: 'menuitem', for: from('editor'), link: '&act=step-down' },
      { text: 'Delete', as: 'menuitem', for: from('editor'), link: '&act=delete' },
    ],
  },
  {
    path: (cluster) => `clusters/${cluster}?from=now-1h`,
    ready: 'Leads streams',
    controls: [{ text: 'Balance leaders', as: 'button', for: ['admin'], link: '&act=balance-leaders' }],
  },
  {
    path: (cluster, client) => `clusters/${cluster}?tab=connections&connection=${client}`,
    seenBy: ['admin'],
    ready: 'Address',
    controls: [{ text: 'Disconnect', as: 'button', for: ['admin'], link: '&act=kick' }],
  },
  {
    path: (cluster) => `clusters/${cluster}?tab=health`,
    seenBy: ['admin'],
    ready: 'Last heard of',
    menu: 'Actions on the meta group',
    controls: [
      { text: 'Step down the leader', as: 'menuitem', for: ['admin'], link: '&act=meta-step-down' },
      { text: 'Remove a server', as: 'menuitem', for: ['admin'], link: '&act=meta-peer-remove' },
    ],
  },
  {
    path: (cluster) => `decoders?cluster=${cluster}`,
    ready: 'Descriptor sets',
    controls: [
      // A setting of the console, which the cluster's being read-only does not touch.
      { text: 'Bind a subject', as: 'link', for: from('editor'), link: '&bind=1', setting: true },
      { text: 'Upload a descriptor set', as: 'link', for: ['admin'], link: '&upload=1', setting: true },
    ],
  },
];

interface Where {
  readonly cluster: string;
  readonly client: string;
  readonly role: Role;
}

/** Neither the place nor its controls, and no link leads past that. */
async function expectUnseen(page: Page, { controls, ready }: Place, path: string): Promise<void> {
  for (const link of ['', ...controls.flatMap((control) => control.link ?? [])]) {
    await page.goto(appUrl(`${path}${link}`));
    await expect(page.getByText('Leads streams', { exact: true })).toBeVisible();
    await expect(page.getByText(ready, { exact: true })).toHaveCount(0);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    for (const { text } of controls) await expect(page.getByRole('button', { name: text, exact: true })).toHaveCount(0);
  }
}

/** Each control of each page is there for who may, and for nobody else; a link to it says which role it takes. */
async function expectControls(
  page: Page,
  { cluster, client, role }: Where,
  may: (control: Control) => boolean,
): Promise<void> {
  for (const place of places) {
    const { ready, menu, controls } = place;
    const path = place.path(cluster, client);
    if (place.seenBy && !place.seenBy.includes(role)) {
      await expectUnseen(page, place, path);
      continue;
    }
    await page.goto(appUrl(path));
    await expect(page.getByText(ready, { exact: true }).first()).toBeVisible();
    // What may be offered depends on the cluster's settings as well, which are asked for apart: those offered come first.
    for (const control of controls.filter((known) => may(known) && known.as !== 'menuitem'))
      await expect(page.getByRole(control.as, { name: control.text, exact: true }).first()).toBeVisible();
    const inMenu = controls.filter((control) => control.as === 'menuitem');
    if (menu !== undefined && inMenu.some(may)) {
      await page.getByRole('button', { name: menu }).click();
      await expect(page.getByRole('menuitem').first()).toBeVisible();
      const texts = await page.getByRole('menuitem').allTextContents();
      expect(inMenu.filter((control) => texts.some((text) => text.startsWith(control.text)))).toEqual(
        inMenu.filter(may),
      );
      await page.keyboard.press('Escape');
    }
    for (const control of controls.filter((known) => !may(known))) {
      if (control.as !== 'menuitem')
        await expect(page.getByRole(control.as, { name: control.text, exact: true })).toHaveCount(0);
      if (control.link === undefined) continue;
      await page.goto(appUrl(`${path}${control.link}`));
      await expect(page.getByTestId('no-access'), `${control.text} by its link`).toBeVisible();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(page.getByRole('button', { name: /^(Save|Create)$/ })).toHaveCount(0);
    }
    if (menu !== undefined && !inMenu.some(may)) await expect(page.getByRole('button', { name: menu })).toHaveCount(0);
  }
}

/** While it runs, a client is connected that may be disconnected. @param look with its server and number */
async function withClient(world: World, call: Client, look: (at: Omit<Where, 'role'>) => Promise<void>): Promise<void> {
  const cluster = await demoClusterId(world);
  const allow = (allowKick: boolean) =>
    call(routes.updateCluster, { params: { clusterId: cluster }, body: { allowKick } });
  const { user, password } = world.natsAccount;
  const name = `walked-${Date.now().toString(36)}`;
  const client = await connect({ servers: world.natsUrls, user, pass: password, name });
  await allow(true);
  try {
    const query = { search: name };
    const { items } = await call(routes.listClusterConnections, { params: { clusterId: cluster }, query });
    const [found] = items;
    if (!found) throw new Error('the servers do not know of the client');
    await look({ cluster, client: `${found.server.id}.${found.cid}` });
  } finally {
    await allow(false);
    await client.close();
  }
}

for (const role of roles)
  test(`every control of streams, consumers, decoders and clusters, as ${role}`, async ({ page, as, world }) => {
    test.setTimeout(300_000);
    const { call } = await logIn(world.api, world.admin);
    await withClient(world, call, async (at) => {
      const look = async () => {
        await as(role === 'operator' ? 'reader' : role);
        await expectControls(page, { ...at, role }, (control) => control.for.includes(role));
      };
      await (role === 'operator' ? asOperator(world, call, look) : look());
    });
  });

test('no control that changes anything on a cluster that is read-only, whatever the role', async ({
  page,
  as,
  world,
}) => {
  test.setTimeout(300_000);
  const { call } = await logIn(world.api, world.admin);
  await withClient(world, call, async (at) => {
    const readOnly = (on: boolean) =>
      call(routes.updateCluster, { params: { clusterId: at.cluster }, body: { readOnly: on } });
    await readOnly(true);
    try {
      await as('admin');
      await expectControls(
        page,
        { ...at, role: 'admin' },
        ({ text, setting = false }) => setting || text === 'Export' || text === 'History',
      );
    } finally {
      await readOnly(false);
    }
  });
});
