import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import appPlugin from '../plugins/app/src/plugin.json';
import datasourcePlugin from '../plugins/datasource/src/plugin.json';
import { asksFor, expand, here, readFile } from './read';
import { appsFile, contactPointsFile, dashboardsFile, datasourcesFile, policiesFile, rulesFile } from './schema';

/** What the start scripts and compose put into Grafana's environment. */
const given = [
  'JETSTREAM_CONSOLE_API_URL',
  'JETSTREAM_CONSOLE_CONNECTION_ID',
  'JETSTREAM_CONSOLE_PROXY_SECRET',
  'JETSTREAM_CONSOLE_GATEWAY_SECRET',
  'JETSTREAM_CONSOLE_DASHBOARDS',
];

const [app] = readFile('plugins/app.yaml', appsFile).apps;
const [datasource] = readFile('datasources/jetstream.yaml', datasourcesFile).datasources;
const [provider] = readFile('dashboards/dashboards.yaml', dashboardsFile).providers;

describe('what Grafana loads by itself', () => {
  it('is these files and no others: policies and contact points are examples', () => {
    const loaded = ['access-control', 'alerting', 'dashboards', 'datasources', 'notifiers', 'plugins'].flatMap(
      (kind) => {
        const names = readdirSync(here).includes(kind) ? readdirSync(path.join(here, kind)) : [];
        return names.map((name) => `${kind}/${name}`);
      },
    );
    expect(loaded).toEqual([
      'alerting/rules.yaml',
      'dashboards/dashboards.yaml',
      'datasources/jetstream.yaml',
      'plugins/app.yaml',
    ]);
  });

  it('asks the environment only for what it is given', () => {
    const asked = [app, datasource, provider].flatMap((file) => asksFor(JSON.stringify(file)));
    expect(asked.filter((name) => !given.includes(name))).toEqual([]);
    expect(given.filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('holds no secret: each comes from the environment', () => {
    const secrets = [app, datasource].flatMap((file) => Object.values(file?.secureJsonData ?? {}));
    expect(secrets.length).toBe(3);
    for (const secret of secrets) expect(secret).toMatch(/^\$JETSTREAM_CONSOLE_[A-Z_]+_SECRET$/);
  });
});

describe('the app', () => {
  it('is this app, with what its proxy route asks for', () => {
    expect(app?.type).toBe(appPlugin.id);
    const route = JSON.stringify(appPlugin.routes);
    for (const [, kind = '', key = ''] of route.matchAll(/\.(JsonData|SecureJsonData)\.(\w+)/g))
      expect(Object.keys((kind === 'JsonData' ? app?.jsonData : app?.secureJsonData) ?? {})).toContain(key);
  });
});

describe('the datasource', () => {
  it('is this datasource, with what its gateway asks for, and not the default of the organization', () => {
    expect(datasource).toMatchObject({ type: datasourcePlugin.id, isDefault: false, access: 'proxy' });
    expect(Object.keys(datasource?.jsonData ?? {}).sort()).toEqual(['apiUrl', 'connectionId']);
    expect(Object.keys(datasource?.secureJsonData ?? {})).toEqual(['gatewaySecret']);
  });
});

describe('a text that Grafana fills in', () => {
  it.each([
    ['$A-${A}', 'x-x'],
    ['{{ $$labels.stream }}', '{{ $labels.stream }}'],
    ['{{ $labels.stream }}', '{{ .stream }}'],
    ['$$', '$'],
    ['plain', 'plain'],
  ])('%s becomes %s', (text, expected) => {
    expect(expand(text, { A: 'x' })).toBe(expected);
  });
});

describe('the examples', () => {
  const { contactPoints } = readFile('examples/contact-points.yaml', contactPointsFile);
  const { policies } = readFile('examples/policies.yaml', policiesFile);

  it('fit together: policies name contact points that are there, and the folder of the rules', () => {
    const known = ['grafana-default-email', ...contactPoints.map(({ name }) => name)];
    const used = policies.flatMap((policy) => [policy.receiver, ...policy.routes.map(({ receiver }) => receiver)]);
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
    const folders = new Set(readFile('alerting/rules.yaml', rulesFile).groups.map(({ folder }) => folder));
    const matched = policies.flatMap(({ routes }) =>
      routes.flatMap(({ object_matchers }) =>
        object_matchers.flatMap(([label, , value]) => (label === 'grafana_folder' ? [value] : [])),
      ),
    );
    expect(matched.every((folder) => folders.has(folder))).toBe(true);
    expect(folders).toEqual(new Set([provider?.folder]));
  });

  it('hold no secret, and templates that survive the filling in', () => {
    const settings = contactPoints.flatMap(({ receivers }) => receivers.map((receiver) => receiver.settings));
    for (const values of settings)
      for (const [key, value] of Object.entries(values)) {
        if (/url|key|token/i.test(key)) expect(value).toMatch(/^\$[A-Z_]+$/);
        expect(expand(value, { JETSTREAM_SLACK_WEBHOOK: 'x', JETSTREAM_PAGERDUTY_KEY: 'x' })).not.toMatch(
          /\{\{[^}]* , /,
        );
      }
    const text = settings.map((values) => values['text']).find((body) => body !== undefined) ?? '';
    expect(expand(text, {})).toContain('{{ range $i, $alert := .Alerts }}{{ $alert.Annotations.summary }}');
  });
});
