import { existsSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Where Linux distributions and BSDs keep the authorities that the machine trusts. */
const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/**
 * The authorities that Grafana's own requests trust: Node looks at its built-in list alone, and a console behind a
 * company's own authority would be refused by the datasource and by nothing else.
 */
export function trustedAuthorities(env: NodeJS.ProcessEnv = process.env): string[] {
  const system = env['SSL_CERT_FILE'] ?? bundles.find((file) => existsSync(file));
  const files = [system, env['NODE_EXTRA_CA_CERTS']].filter((file) => file !== undefined && existsSync(file));
  return [...rootCertificates, ...files.map((file) => readFileSync(file ?? '', 'utf8'))];
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether requests to a URL go by the proxy of the environment. This machine itself is never behind one. */
export function proxied(url: URL, env: NodeJS.ProcessEnv = process.env): boolean {
  const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  return !loopback.test(url.hostname) && names.some((name) => Boolean(env[name]));
}
