// @vitest-environment happy-dom
import '../test/dom';
import { formatConnectionString } from '@jetstream-console/contract';
import { render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { user } from '../test/dom';
import { ConfigEditor } from './ConfigEditor';
import type { Settings } from './connection';

const parts = {
  apiUrl: 'http://console:8080',
  connectionId: '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
  proxySecret: `jsc_p_${'p'.repeat(40)}`,
  gatewaySecret: `jsc_g_${'g'.repeat(40)}`,
};

function open(given: Partial<Settings>) {
  const changes: Settings[] = [];
  const Editor = () => {
    const [options, setOptions] = useState({
      jsonData: {},
      secureJsonFields: {},
      readOnly: false,
      ...given,
    } as Settings);
    const change = (next: Settings) => {
      changes.push(next);
      setOptions(next);
    };
    return <ConfigEditor options={options} onOptionsChange={change} />;
  };
  render(<Editor />);
  return { changes, last: () => changes.at(-1) };
}
// A label ends with the field's description.
const field = (name: string) => screen.getByLabelText<HTMLInputElement>(new RegExp(`^${name}`));

describe('the configuration', () => {
  it('is one paste', async () => {
    const { last } = open({});
    expect(screen.getByText('Not connected yet')).toBeDefined();
    await user().click(field('Connection string'));
    await user().paste(formatConnectionString(parts));
    expect(last()?.jsonData).toEqual({ apiUrl: parts.apiUrl, connectionId: parts.connectionId });
    expect(last()?.secureJsonData).toEqual({ gatewaySecret: parts.gatewaySecret });
    expect(field('Console address').value).toBe(parts.apiUrl);
    expect(field('Connection string').value).toBe('');
    expect(screen.queryByText('Not connected yet')).toBeNull();
  });

  it('says what is wrong with what was pasted, and changes nothing', async () => {
    const { changes } = open({});
    await user().click(field('Connection string'));
    await user().paste('jsc1.abc');
    expect(screen.getByText(/cut or damaged/)).toBeDefined();
    expect(changes).toEqual([]);
  });

  it('does not show a kept secret, and can take a new one', async () => {
    const { last } = open({
      jsonData: { apiUrl: parts.apiUrl, connectionId: parts.connectionId },
      secureJsonFields: { gatewaySecret: true },
    });
    expect(screen.queryByText('Not connected yet')).toBeNull();
    expect(field('Gateway secret').disabled).toBe(true);
    await user().click(screen.getByRole('button', { name: /reset/i }));
    expect(last()?.secureJsonFields).toEqual({ gatewaySecret: false });
    await user().type(field('Gateway secret'), 's');
    expect(last()?.secureJsonData).toEqual({ gatewaySecret: 's' });
  });

  it('says that an address is none', async () => {
    open({});
    await user().type(field('Console address'), 'console');
    expect(screen.getByText('An address starts with http:// or https://.')).toBeDefined();
  });

  it('is only shown where it is provisioned', () => {
    open({ readOnly: true, jsonData: { apiUrl: parts.apiUrl }, secureJsonFields: { gatewaySecret: true } });
    expect(screen.getByText('Provisioned')).toBeDefined();
    expect(screen.queryByLabelText(/^Connection string/)).toBeNull();
    expect(field('Console address').disabled).toBe(true);
  });
});
