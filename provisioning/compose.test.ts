import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configNames, readConfig } from '../backend/server/src/platform/config';
import { environmentValues } from '../backend/server/src/tenants/environmentFile';
import { composeFile, type Service } from './compose.schema';
import { asksFor, here } from './read';

const root = path.resolve(here, '..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const text = textOf('docker-compose.yml');
const compose = composeFile.parse(parse(text, { merge: true }));
const services = Object.entries(compose.services);
const serviceOf = (name: string): Service => {
  const found = compose.services[name];
  if (!found) throw new Error(`there is no service ${name}`);
  return found;
};
const made: Readonly<Record<string, string>> = environmentValues();

/** `${NAME:?…}` and `${NAME:-…}`, outside of comments; `$$` is a dollar that Compose leaves. */
const references = [
  ...text
    .replace(/^\s*#.*$/gm, '')
    .replaceAll('$$', '')
    .matchAll(/\$\{(\w+)(:[?-])([^}]*)\}/g),
].map(([, name = '', kind = '', rest = '']) => ({ name, kind, rest }));
const fill = (value: string, env: Readonly<Record<string, string>>): string =>
  value.replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_, name: string, kind?: string, rest?: string) => {
    const given = env[name] ?? '';
    if (given !== '') return given;
    if (kind === '-') return rest ?? '';
    throw new Error(`${name}: ${rest ?? 'is missing'}`);
  });
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(serviceOf(name).environment ?? {}).map(([key, value]) => [key, fill(value, made)]));

describe('the variables', () => {
  it('without which nothing starts are those that setup prints, and each says what to put in', () => {
    const required = references.filter(({ kind }) => kind === ':?');
    expect([...new Set(required.map(({ name }) => name))].sort()).toEqual(Object.keys(made).sort());
    for (const { name, rest } of required) expect(rest, name).toMatch(/^put .+ into \.env/);
  });

  it('that are secrets have no default, and none stands in the file', () => {
    const secret = /PASSWORD|SECRET|KEY|CONNECTION|TOKEN/;
    expect(references.filter(({ name, kind }) => secret.test(name) && kind === ':-')).toEqual([]);
    for (const [service, { environment }] of services)
      for (const [name, value] of Object.entries(environment ?? {}))
        if (secret.test(name) && !name.endsWith('_URL')) expect(value, `${service} ${name}`).toMatch(/^\$\{\w+:\?/);
    expect(references.every(({ kind }) => kind === ':?' || kind === ':-')).toBe(true);
  });

  it('stand in .env.example, all of them, and no secret with a value', () => {
    const example = textOf('.env.example');
    const asked = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    expect(asked.map(([name]) => name).sort()).toEqual(Object.keys(made).sort());
    expect(asked.every(([, value]) => value === '')).toBe(true);
    const defaults = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => `${name}=${value}`);
    expect(new Set(defaults)).toEqual(
      new Set(references.filter(({ kind }) => kind === ':-').map(({ name, rest }) => `${name}=${rest}`)),
    );
    expect(textOf('.gitignore').split('\n')).toContain('.env');
    expect(textOf('.dockerignore').split('\n')).toContain('.env');
  });
});

describe.each(['api', 'worker'])('the environment of the %s', (name) => {
  it('holds no variable that the servers do not read', () => {
    expect(Object.keys(serviceOf(name).environment ?? {}).filter((key) => !configNames.includes(key))).toEqual([]);
  });

  it('is one that they take', () => {
    const config = readConfig(environmentOf(name));
    expect(config.development).toBe(false);
    expect(config.publicUrl).toBe('http://api:8080');
  });

  it('names engines that are there, by the passwords that they are given', () => {
    const env = environmentOf(name);
    const engines: [variable: string, service: string, port: string, passwordOf: () => string | undefined][] = [
      ['DATABASE_URL', 'postgres', '5432', () => environmentOf('postgres')['CONSOLE_DATABASE_PASSWORD']],
      ['CLICKHOUSE_URL', 'clickhouse', '8123', () => environmentOf('clickhouse')['CLICKHOUSE_PASSWORD']],
      ['REDIS_URL', 'valkey', '6379', () => environmentOf('valkey')['VALKEY_PASSWORD']],
      ['NATS_URL', 'nats', '4222', () => fill(serviceOf('nats').command?.at(-1) ?? '', made)],
    ];
    for (const [variable, service, port, passwordOf] of engines) {
      const url = new URL(env[variable] ?? '');
      expect([url.hostname, url.port], variable).toEqual([service, port]);
      expect(url.password, variable).toBe(passwordOf());
      expect(Object.keys(serviceOf(name).depends_on ?? {})).toContain(service);
    }
    expect(new URL(env['CLICKHOUSE_URL'] ?? '')).toMatchObject({
      username: environmentOf('clickhouse')['CLICKHOUSE_USER'],
      pathname: `/${environmentOf('clickhouse')['CLICKHOUSE_DB']}`,
    });
    expect(new URL(env['NATS_URL'] ?? '').username).toBe(serviceOf('nats').command?.at(-3));
    const { username, pathname } = new URL(env['DATABASE_URL'] ?? '');
    expect(compose.configs['postgres-owner']?.content).toContain(`create role ${username} login createrole`);
    expect(compose.configs['postgres-owner']?.content).toContain(
      `create database ${pathname.slice(1)} owner ${username}`,
    );
  });
});

describe('api and Grafana', () => {
  const api = readConfig(environmentOf('api'));
  const grafana = environmentOf('grafana');

  it('hold the two halves of one connection', () => {
    expect(api.firstGrafana?.connection).toMatchObject({
      apiUrl: grafana['JETSTREAM_CONSOLE_API_URL'],
      connectionId: grafana['JETSTREAM_CONSOLE_CONNECTION_ID'],
      proxySecret: grafana['JETSTREAM_CONSOLE_PROXY_SECRET'],
      gatewaySecret: grafana['JETSTREAM_CONSOLE_GATEWAY_SECRET'],
    });
    expect(grafana['JETSTREAM_CONSOLE_API_URL']).toBe(api.publicUrl);
  });

  it('agree on who issues identities, and the api fetches the keys inside', () => {
    expect(api.firstGrafana?.url).toBe(grafana['GF_SERVER_ROOT_URL']);
    expect(api.firstGrafana?.keysUrl).toBe('http://grafana:3000/api/signing-keys/keys');
  });

  it('Grafana is given what its provisioning asks for, and its dashboards where they are mounted', () => {
    const files = ['plugins/app.yaml', 'datasources/jetstream.yaml', 'dashboards/dashboards.yaml'];
    const asked = files.flatMap((file) =>
      asksFor(readFileSync(path.join(here, file), 'utf8').replace(/^\s*#.*$/gm, '')),
    );
    expect(asked.filter((name) => !(name in grafana))).toEqual([]);
    const mounts = (serviceOf('grafana').volumes ?? []).map((volume) => volume.split(':'));
    expect(mounts).toContainEqual(['./dashboards', grafana['JETSTREAM_CONSOLE_DASHBOARDS'], 'ro']);
    expect(mounts).toContainEqual(['./provisioning', '/etc/grafana/provisioning', 'ro']);
  });
});

describe('the images', () => {
  it('are official ones of a fixed version, or built here', () => {
    const official = /^(postgres|nats|clickhouse\/clickhouse-server|valkey\/valkey):\d+(\.\d+)*(-alpine)?$/;
    for (const [name, { image, build }] of services)
      if (build) expect(existsSync(path.join(root, build.dockerfile)), name).toBe(true);
      else expect(image, name).toMatch(official);
  });

  it('are built from what stands in the repository', () => {
    const dockerfiles = new Set(services.flatMap(([, { build }]) => (build ? [build.dockerfile] : [])));
    for (const file of dockerfiles) {
      const lines = textOf(file).split('\n');
      const copied = lines.flatMap((line) => {
        const [, sources] = /^COPY (?!--from)(.+) \S+$/.exec(line) ?? [];
        return sources?.split(' ') ?? [];
      });
      expect(copied.length, file).toBeGreaterThan(0);
      for (const source of copied) expect(existsSync(path.join(root, source)), `${file}: ${source}`).toBe(true);
      // The versions of Node and Grafana that the plugins and servers are held against.
      for (const line of lines.filter((l) => l.startsWith('FROM ')))
        expect(line).toMatch(/^FROM (node:\$\{NODE_VERSION\}|grafana\/grafana:\$\{GRAFANA_VERSION\})/);
      expect(textOf(file)).toMatch(/ARG NODE_VERSION=22\b/);
    }
    expect(textOf(serviceOf('grafana').build?.dockerfile ?? '')).toMatch(/ARG GRAFANA_VERSION=12\.3\.0\b/);
  });

  it('of the servers start what is built into them, as nobody in particular, on the port that is asked', () => {
    const dockerfile = textOf(serviceOf('api').build?.dockerfile ?? '');
    const built = textOf('backend/server/build.mjs');
    const commands = [
      /^CMD \["node", (?:"--[\w=-]+", )*"dist\/(\w+)\.js"\]$/m.exec(dockerfile)?.[1],
      'worker',
      'setup',
    ];
    expect(serviceOf('worker').command).toEqual(['node', 'dist/worker.js']);
    for (const entry of commands) expect(built).toContain(`${entry}: entry('${entry}')`);
    expect(dockerfile).toMatch(/^USER node$/m);
    const port = environmentOf('api')['PORT'];
    expect(dockerfile).toMatch(new RegExp(`^EXPOSE ${port}$`, 'm'));
    expect(serviceOf('api').expose).toEqual([port]);
    expect(serviceOf('worker').expose).toEqual([environmentOf('worker')['WORKER_PORT']]);
  });

  it('of Grafana keep the plugins where no volume hides them, and allow those that are built', () => {
    const dockerfile = textOf(serviceOf('grafana').build?.dockerfile ?? '');
    const home = /GF_PATHS_PLUGINS=(\S+)/.exec(dockerfile)?.[1] ?? '';
    const mounts = (serviceOf('grafana').volumes ?? []).map((volume) => volume.split(':')[1] ?? '');
    expect(mounts.filter((mount) => home.startsWith(mount))).toEqual([]);
    const allowed = /GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=(\S+)/.exec(dockerfile)?.[1]?.split(',') ?? [];
    const ids = ['app', 'datasource'].map(
      (plugin) => (JSON.parse(textOf(`plugins/${plugin}/src/plugin.json`)) as { id: string }).id,
    );
    expect(allowed).toEqual(expect.arrayContaining(ids));
  });
});

describe('ports, volumes and health', () => {
  it('only Grafana can be reached from outside, and by default from this machine alone', () => {
    const published = services.filter(([, { ports }]) => ports && ports.length > 0);
    expect(published.map(([name]) => name)).toEqual(['grafana']);
    expect(serviceOf('grafana').ports?.map((port) => fill(port, {}))).toEqual(['127.0.0.1:3000:3000']);
  });

  it('what has to last lies on volumes that are declared, where the images keep it', () => {
    const named = services.flatMap(([name, { volumes = [] }]) =>
      volumes.filter((volume) => !volume.startsWith('.')).map((volume) => [name, ...volume.split(':')]),
    );
    expect(named.sort()).toEqual([
      ['clickhouse', 'clickhouse', '/var/lib/clickhouse'],
      ['grafana', 'grafana', '/var/lib/grafana'],
      ['nats', 'nats', '/data'],
      ['postgres', 'postgres', '/var/lib/postgresql'],
    ]);
    expect(Object.keys(compose.volumes).sort()).toEqual(named.map(([, volume]) => volume).sort());
    const bound = services.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('.')));
    for (const volume of bound) {
      const [source = '', , mode] = volume.split(':');
      expect(existsSync(path.join(root, source)), volume).toBe(true);
      expect(mode, volume).toBe('ro');
    }
    expect(serviceOf('nats').command).toEqual(expect.arrayContaining(['-js', '-sd', '/data']));
  });

  it('every service says whether it is well, and waits for those it cannot start without', () => {
    for (const [name, { depends_on = {} }] of services)
      for (const other of Object.keys(depends_on)) expect(compose.services[other], `${name} waits`).toBeDefined();
    const asks = (name: string) => serviceOf(name).healthcheck.test.join(' ');
    expect(asks('api')).toContain(`:${environmentOf('api')['PORT']}/health/ready?need=postgres`);
    expect(asks('worker')).toContain(`:${environmentOf('worker')['WORKER_PORT']}/health/live`);
    const monitor = serviceOf('nats').command ?? [];
    expect(asks('nats')).toContain(`:${monitor[monitor.indexOf('-m') + 1]}/healthz`);
    for (const config of services.flatMap(([, { configs = [] }]) => configs))
      expect(compose.configs[config.source]).toBeDefined();
  });
});
