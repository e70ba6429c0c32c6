import type { Request } from 'express';
import { expect, it } from 'vitest';
import { addressReader } from './app';

const addressOf = addressReader(['10.0.0.0/8']);
const from = (socket: string, forwarded?: string) =>
  addressOf({
    socket: { remoteAddress: socket },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as Pick<Request, 'socket' | 'headers'>);

it.each([
  ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', '1.2.3.4, 203.0.113.9:4431', '203.0.113.9'],
  ['10.0.0.1', '1.2.3.4, [2001:db8::1]:443, 10.0.0.7', '2001:db8::1'],
  ['10.0.0.1', '1.2.3.4, something', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.2', '10.0.0.1'],
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['198.51.100.7', '1.2.3.4', '198.51.100.7'],
])('from %s with %s is %s', (socket, forwarded, expected) => {
  expect(from(socket, forwarded)).toBe(expected);
});
