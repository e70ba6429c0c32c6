import { describe, expect, it } from 'vitest';
import { makeGuard } from './guard';

const production = makeGuard({ development: false, allowed: [], own: [{ host: '10.0.0.5', port: 5432 }] });
const fenced = makeGuard({ development: false, allowed: ['10.1.0.0/16', 'fd12::/16'], own: [] });

describe('address guard', () => {
  it.each(['10.0.0.1', '192.168.1.1', '172.16.0.1', '8.8.8.8', 'fd12::1', '2001:4860::1'])(
    'lets %s through: NATS in private ranges is the normal case',
    (address) => {
      expect(() => production.check(address, 4222)).not.toThrow();
    },
  );
  it.each([
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    'fe80::1',
    '100.100.100.200',
    'fd00:ec2::254',
    '224.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::ffff:0:169.254.169.254',
    '2001:0:a9fe::1',
    'fec0::1',
    '168.63.129.16',
    '192.0.0.192',
  ])('refuses %s', (address) => {
    expect(() => production.check(address, 4222)).toThrow();
  });
  it('refuses its own engines by address and port', () => {
    expect(() => production.check('10.0.0.5', 5432)).toThrow('own engines');
    expect(() => production.check('10.0.0.5', 4222)).not.toThrow();
  });
  it('keeps to the allow-list where there is one', () => {
    expect(() => fenced.check('10.1.2.3', 4222)).not.toThrow();
    expect(() => fenced.check('fd12::3', 4222)).not.toThrow();
    expect(() => fenced.check('10.2.0.1', 4222)).toThrow('NATS_ALLOWED_NETWORKS');
  });
  it('reaches loopback where the deployment names it, and its own engines not even then', () => {
    const local = makeGuard({
      development: false,
      allowed: ['127.0.0.0/8', '::1/128'],
      own: [{ host: '127.0.0.1', port: 5432 }],
    });
    expect(() => local.check('127.0.0.1', 4222)).not.toThrow();
    expect(() => local.check('::1', 4222)).not.toThrow();
    expect(() => local.check('127.0.0.1', 5432)).toThrow('own engines');
    expect(() => local.check('::ffff:127.0.0.1', 5432)).toThrow('own engines');
    expect(() => local.check('169.254.169.254', 80)).toThrow('linkLocal');
  });
  it('knows an engine of its own by the address that its name has now', async () => {
    const named = makeGuard({ development: false, allowed: ['127.0.0.0/8'], own: [{ host: 'localhost', port: 9 }] });
    await expect(named.resolve('127.0.0.1', 9)).rejects.toThrow('own engines');
    await expect(named.resolve('127.0.0.1', 10)).resolves.toEqual(['127.0.0.1']);
  });
  it('takes every form of an address for what it is in development too, and lets it through', async () => {
    const development = makeGuard({ development: true, allowed: [], own: [] });
    await expect(development.resolve('[::ffff:127.0.0.1]', 4222)).resolves.toEqual(['127.0.0.1']);
  });
  it.each(['2130706433', '0x7f000001', '0177.0.0.1', '127.1'])('knows loopback written as %s', async (host) => {
    await expect(production.resolve(host, 4222)).rejects.toThrow(/loopback|ENOTFOUND/);
  });
  it('checks what a name resolves to', async () => {
    await expect(production.resolve('localhost', 4222)).rejects.toThrow('loopback');
  });
});
