// @vitest-environment happy-dom
import { AppPlugin, PluginType } from '@grafana/data';
import { config } from '@grafana/runtime';
import { formatConnectionString } from '@jetstream-console/contract';
import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers, persona, refuses, fakeBackend } from '../testing/backend';
import { showAlone } from '../testing/show';
import { ConfigPage } from './ConfigPage';
import type { JsonData } from './pairing';

const backend = fakeBackend();
const url = '*/api/plugins/natsconsole-jetstream-app/settings';
const secret = (kind: string) => `jsc_${kind}_${'x'.repeat(40)}`;
const text = formatConnectionString({
  apiUrl: 'http://console:8080',
  connectionId: '3c9f7f8a-5d1e-4b7a-9c1d-0a1b2c3d4e5f',
  proxySecret: secret('p'),
  gatewaySecret: secret('g'),
});

/** Grafana's settings of the app: secrets go in, and only their names come out. */
function grafana(refuse = false) {
  const posted: unknown[] = [];
  let kept: Record<string, unknown> = { enabled: false, jsonData: null, secureJsonFields: {} };
  return {
    posted,
    handlers: [
      http.get(url, () => HttpResponse.json(kept)),
      http.post(url, async ({ request }) => {
        if (refuse) return HttpResponse.json({ message: 'Permission denied' }, { status: 403 });
        const body = (await request.json()) as { jsonData: object; secureJsonData: object };
        posted.push(body);
        kept = {
          enabled: true,
          jsonData: body.jsonData,
          secureJsonFields: Object.fromEntries(Object.keys(body.secureJsonData).map((name) => [name, true])),
        };
        return HttpResponse.json({ message: 'Plugin settings updated' });
      }),
    ],
  };
}

function open() {
  const plugin = new AppPlugin<JsonData>();
  plugin.meta = {
    id: 'natsconsole-jetstream-app',
    name: 'JetStream Console',
    type: PluginType.app,
    module: '',
    baseUrl: '',
    info: {
      author: { name: '' },
      description: '',
      links: [],
      logos: { small: '', large: '' },
      screenshots: [],
      updated: '',
      version: '',
    },
  };
  return showAlone(<ConfigPage plugin={plugin} query={{}} />);
}

beforeEach(() => {
  Object.assign(config.bootData, { user: { ...config.bootData.user, orgId: 1 } });
});

describe('pairing by one string', () => {
  it('keeps what the string holds, and tests the way to the backend', async () => {
    const { posted, handlers } = grafana();
    backend.use(...handlers, answers('me', persona('admin')));
    const user = open();
    const field = await screen.findByTestId('connection-string');
    await user.click(field);
    await user.paste(text);
    await user.click(screen.getByRole('button', { name: 'Connect and test' }));
    const test = await screen.findByTestId('self-test');
    await waitFor(() => expect(test.getAttribute('data-ok')).toBe('true'));
    expect(posted).toEqual([
      {
        enabled: true,
        pinned: true,
        jsonData: { apiUrl: 'http://console:8080', connectionId: '3c9f7f8a-5d1e-4b7a-9c1d-0a1b2c3d4e5f' },
        secureJsonData: { proxySecret: secret('p'), gatewaySecret: secret('g') },
      },
    ]);
    expect(screen.getAllByText('set; it cannot be read back')).toHaveLength(2);
    expect(screen.getByLabelText('provisioning file').textContent).toContain('org_id: 1');
    expect(document.body.innerHTML).not.toContain(secret('p'));
  });
  it.each([
    ['no connection string', 'hello', /starts with jsc1\. - copy all/],
    ['a part of one', text.slice(0, 60), /cut or damaged/],
  ])('says at the field that it is %s, and keeps nothing', async (_name, pasted, say) => {
    const { posted, handlers } = grafana();
    backend.use(...handlers);
    const user = open();
    await user.click(await screen.findByTestId('connection-string'));
    await user.paste(pasted);
    await user.click(screen.getByRole('button', { name: 'Connect and test' }));
    expect(await screen.findByText(say)).toBeTruthy();
    expect(posted).toEqual([]);
    expect(screen.queryByTestId('self-test')).toBeNull();
  });
  it('says what to do where the backend does not know this Grafana', async () => {
    const { handlers } = grafana();
    backend.use(...handlers, refuses('me', 403, 'identity_refused', { detail: 'The issuer is another one.' }));
    const user = open();
    await user.click(await screen.findByTestId('connection-string'));
    await user.paste(text);
    await user.click(screen.getByRole('button', { name: 'Connect and test' }));
    expect(await screen.findByText('The issuer is another one.')).toBeTruthy();
    expect(screen.getByText(/issuer http:\/\/localhost:3000\//)).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Open the console' })).toBeNull();
  });
  it('says so where Grafana does not let me change its plugins', async () => {
    const { handlers } = grafana(true);
    backend.use(...handlers);
    const user = open();
    await user.click(await screen.findByTestId('connection-string'));
    await user.paste(text);
    await user.click(screen.getByRole('button', { name: 'Connect and test' }));
    expect(await screen.findByText('Grafana refused this request.')).toBeTruthy();
  });
});
