import type { InferredField, JsonType } from '@jetstream-console/contract';

/** More fields than this are no schema that anyone reads. */
export const mostFields = 500;
const deepest = 16;
/** An object with more names than this holds data in them (ids, dates): they are taken together. */
const mostNames = 100;
/** Values are told as the only ones where there are few, and each was seen often enough not to be chance. */
const values = { most: 8, seen: 50, each: 3, chars: 64 } as const;

interface Node {
  /** how often it was seen, and in how many documents */
  seen: number;
  documents: number;
  lastDocument: number;
  readonly types: Map<JsonType, number>;
  /** of its objects; null once their names are data */
  names: Map<string, Node> | null;
  /** what all names hold together, where they are data */
  any: Node | null;
  items: Node | null;
  strings: Map<string, number> | null;
  min: number;
  max: number;
  dates: number;
  uuids: number;
}

const empty = (): Node => ({
  seen: 0,
  documents: 0,
  lastDocument: -1,
  types: new Map(),
  names: new Map(),
  any: null,
  items: null,
  strings: new Map(),
  min: Infinity,
  max: -Infinity,
  dates: 0,
  uuids: 0,
});

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'number';
    default:
      return 'object';
  }
}

const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function addString(node: Node, text: string): void {
  if (dateTime.test(text)) node.dates++;
  else if (uuid.test(text)) node.uuids++;
  if (node.strings === null) return;
  node.strings.set(text, (node.strings.get(text) ?? 0) + 1);
  if (node.strings.size > values.most || text.length > values.chars) node.strings = null;
}

/** Names that turn out to be data: what they held is taken together. */
function fold(node: Node): Node {
  const any = node.any ?? empty();
  for (const child of node.names?.values() ?? []) merge(any, child);
  node.names = null;
  node.any = any;
  return any;
}

function merge(into: Node, from: Node): void {
  into.seen += from.seen;
  into.documents = Math.max(into.documents, from.documents);
  for (const [type, count] of from.types) into.types.set(type, (into.types.get(type) ?? 0) + count);
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  into.dates += from.dates;
  into.uuids += from.uuids;
  into.strings = null;
  if (from.items) merge((into.items ??= empty()), from.items);
  if (from.any) merge((into.any ??= empty()), from.any);
  for (const [name, child] of from.names ?? []) {
    if (into.names === null) merge((into.any ??= empty()), child);
    else if (into.names.has(name)) merge(into.names.get(name) ?? empty(), child);
    else into.names.set(name, child);
  }
}

function add(node: Node, value: unknown, document: number, depth: number): void {
  node.seen++;
  if (node.lastDocument !== document) {
    node.lastDocument = document;
    node.documents++;
  }
  const type = typeOf(value);
  node.types.set(type, (node.types.get(type) ?? 0) + 1);
  if (typeof value === 'string') addString(node, value);
  else if (typeof value === 'number') {
    node.min = Math.min(node.min, value);
    node.max = Math.max(node.max, value);
  }
  if (depth >= deepest) return;
  if (Array.isArray(value)) for (const item of value) add((node.items ??= empty()), item, document, depth + 1);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) add(childOf(node, name), item, document, depth + 1);
}

function childOf(node: Node, name: string): Node {
  if (node.names === null) return (node.any ??= empty());
  const known = node.names.get(name);
  if (known) return known;
  if (node.names.size >= mostNames) return fold(node);
  const made = empty();
  node.names.set(name, made);
  return made;
}

const countOf = (node: Node, type: JsonType) => node.types.get(type) ?? 0;
/** Only strings, few of them, each often: what is left when chance is taken out. */
function valuesOf(node: Node): string[] | null {
  const { strings } = node;
  if (strings === null || strings.size === 0 || countOf(node, 'string') !== node.seen || node.seen < values.seen)
    return null;
  return [...strings.values()].every((count) => count >= values.each) ? [...strings.keys()].sort() : null;
}
const formatOf = (node: Node): InferredField['format'] => {
  const strings = countOf(node, 'string');
  return strings === 0 ? null : node.dates === strings ? 'date-time' : node.uuids === strings ? 'uuid' : null;
};

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const below = (path: string, name: string) =>
  plainName.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;

function fieldsOf(node: Node, path: string, parents: number, documents: number): InferredField[] {
  const own: InferredField = {
    path,
    types: [...node.types].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
    documents: node.documents,
    coverage: node.documents / documents,
    always: node.seen >= parents,
    values: valuesOf(node),
    format: formatOf(node),
    min: Number.isFinite(node.min) ? node.min : null,
    max: Number.isFinite(node.max) ? node.max : null,
  };
  const objects = countOf(node, 'object');
  return [
    own,
    ...[...(node.names ?? [])].flatMap(([name, child]) => fieldsOf(child, below(path, name), objects, documents)),
    ...(node.any ? fieldsOf(node.any, `${path}.*`, Infinity, documents) : []),
    ...(node.items ? fieldsOf(node.items, `${path}[]`, Infinity, documents) : []),
  ];
}

type Json = Record<string, unknown>;
function schemaOf(node: Node): Json {
  const types = [...node.types.keys()].filter((type) => !(type === 'integer' && node.types.has('number')));
  const found = valuesOf(node);
  const format = formatOf(node);
  const names = [...(node.names ?? [])];
  const objects = countOf(node, 'object');
  const required = names.filter(([, child]) => child.seen >= objects).map(([name]) => name);
  return {
    type: types.length === 1 ? types[0] : types,
    ...(found && { enum: found }),
    ...(format && { format }),
    ...(names.length > 0 && { properties: Object.fromEntries(names.map(([name, child]) => [name, schemaOf(child)])) }),
    ...(required.length > 0 && { required }),
    ...(node.any && { additionalProperties: schemaOf(node.any) }),
    ...(node.items && { items: schemaOf(node.items) }),
  };
}

/** Looks at one document after the other, and tells what they have in common. */
export function makeSampler() {
  const root = empty();
  return {
    add: (document: unknown) => add(root, document, root.seen, 0),
    documents: () => root.seen,
    result: (): { fields: InferredField[]; truncated: boolean; jsonSchema: Json | null } => {
      if (root.seen === 0) return { fields: [], truncated: false, jsonSchema: null };
      const fields = fieldsOf(root, '$', root.seen, root.seen);
      return {
        fields: fields.slice(0, mostFields),
        truncated: fields.length > mostFields,
        jsonSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schemaOf(root) },
      };
    },
  };
}
