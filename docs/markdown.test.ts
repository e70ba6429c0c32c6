import { describe, expect, it } from 'vitest';
import { anchorsIn, examplesIn, linksIn } from './markdown';

describe('reading Markdown', () => {
  it('finds links and images that stay in the repository', () =>
    expect(
      linksIn(
        '[a](docs/a.md) ![b](images/b.png "title") <img alt="" src="c.png"> [d](https://example.org) [e](#f) [m](mailto:a@b.c)',
      ),
    ).toEqual(['docs/a.md', 'images/b.png', 'c.png', '#f']));

  it('passes over code', () => expect(linksIn('`[a](a.md)`\n```md\n[b](b.md)\n```\n[c](c.md)')).toEqual(['c.md']));

  it('makes anchors as GitHub does', () =>
    expect(anchorsIn('# One\n## Two `code` & [three](x.md)\n```sh\n# no heading\n```\n### Zähler, 4')).toEqual([
      'one',
      'two-code--three',
      'zähler-4',
    ]));

  it('pairs requests with the answers behind them', () =>
    expect(
      examplesIn(
        '```json request\n{"a": 1}\n```\n```json\n{}\n```\n```json request\n{}\n```\n\n```json answer\n[2]\n```',
      ),
    ).toEqual([
      { request: { a: 1 }, answer: null },
      { request: {}, answer: [2] },
    ]));
});
