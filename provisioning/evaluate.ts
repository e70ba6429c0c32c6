import type { Rule } from './schema';

/**
 * Grafana's server-side expressions as far as the rules here use them, to try a rule's arithmetic on real answers
 * without a Grafana (pkg/expr: reduce.go, threshold.go, mathexp).
 */
export interface Instance {
  readonly labels: Readonly<Record<string, string>>;
  /** one value, or the values of a series */
  readonly values: readonly (number | null)[];
}
type Numbers = readonly { readonly labels: Instance['labels']; readonly value: number }[];

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const reducers: Readonly<Record<string, (values: readonly number[]) => number>> = {
  last: (values) => values[values.length - 1] ?? NaN,
  mean: (values) => (values.length === 0 ? NaN : sum(values) / values.length),
  min: (values) => (values.length === 0 ? NaN : values.reduce((a, b) => Math.min(a, b))),
  max: (values) => (values.length === 0 ? NaN : values.reduce((a, b) => Math.max(a, b))),
  sum,
  count: (values) => values.length,
};

/** `dropNN`: what is not a number is left out. */
const reduce = (series: readonly Instance[], reducer: string): Numbers =>
  series.map(({ labels, values }) => ({
    labels,
    value: (reducers[reducer] ?? reducers['last'])?.(values.filter((v): v is number => Number.isFinite(v))) ?? NaN,
  }));

const contains = (wide: Instance['labels'], narrow: Instance['labels']): boolean =>
  Object.entries(narrow).every(([name, value]) => wide[name] === value);

/** Pairs those whose labels are the same, or one's a part of the other's; what finds no partner is dropped. */
function join(left: Numbers, right: Numbers, of: (a: number, b: number) => number): Numbers {
  return left.flatMap((a) =>
    right.flatMap((b) =>
      contains(a.labels, b.labels)
        ? [{ labels: a.labels, value: of(a.value, b.value) }]
        : contains(b.labels, a.labels)
          ? [{ labels: b.labels, value: of(a.value, b.value) }]
          : [],
    ),
  );
}

const bool = (holds: boolean) => (holds ? 1 : 0);
const operators: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => bool(a !== 0 || b !== 0) },
  { '&&': (a, b) => bool(a !== 0 && b !== 0) },
  {
    '==': (a, b) => bool(a === b),
    '!=': (a, b) => bool(a !== b),
    '>=': (a, b) => bool(a >= b),
    '<=': (a, b) => bool(a <= b),
    '>': (a, b) => bool(a > b),
    '<': (a, b) => bool(a < b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
];

/** @throws Error for what is no expression of numbers, refs, brackets and the operators above */
export function evaluateMath(expression: string, refs: ReadonlyMap<string, Numbers>): Numbers {
  const tokens = expression.match(/\$\w+|\d+(?:\.\d+)?|\|\||&&|[=!<>]=|[-+*/<>()]|\S/g) ?? [];
  let at = 0;
  const operand = (): Numbers => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const inner = level(0);
      if (tokens[at++] !== ')') throw new Error(`a bracket is not closed in ${expression}`);
      return inner;
    }
    if (token.startsWith('$')) {
      const found = refs.get(token.slice(1));
      if (!found) throw new Error(`${token} is nothing in ${expression}`);
      return found;
    }
    const value = Number(token);
    if (token === '' || Number.isNaN(value)) throw new Error(`${token || 'the end'} is not expected in ${expression}`);
    return [{ labels: {}, value }];
  };
  const level = (depth: number): Numbers => {
    const here = operators[depth];
    if (!here) return operand();
    let left = level(depth + 1);
    for (;;) {
      const of = here[tokens[at] ?? ''];
      if (!of) return left;
      at++;
      left = join(left, level(depth + 1), of);
    }
  };
  const result = level(0);
  if (at < tokens.length) throw new Error(`${tokens[at]} is not expected in ${expression}`);
  return result;
}

const compare: Readonly<Record<string, (value: number, a: number, b: number) => boolean>> = {
  gt: (value, a) => value > a,
  lt: (value, a) => value < a,
  within_range: (value, a, b) => value > a && value < b,
  outside_range: (value, a, b) => value < a || value > b,
};

/** Labels of the instances that fire; null where none of the queries has any series: no data. */
export function firing(rule: Rule, answers: ReadonlyMap<string, readonly Instance[]>): Instance['labels'][] | null {
  if ([...answers.values()].every((instances) => instances.length === 0)) return null;
  const numbers = new Map<string, Numbers>();
  for (const part of rule.data) {
    if ('relativeTimeRange' in part) continue;
    const { model } = part;
    // A table has one value an instance, and is read without being reduced.
    const input = (refId: string): Numbers =>
      numbers.get(refId) ??
      (answers.get(refId) ?? []).map(({ labels, values }) => ({ labels, value: values[0] ?? NaN }));
    switch (model.type) {
      case 'reduce':
        numbers.set(model.refId, reduce(answers.get(model.expression) ?? [], model.reducer));
        break;
      case 'math':
        numbers.set(model.refId, evaluateMath(model.expression, numbers));
        break;
      case 'threshold': {
        const [{ evaluator } = { evaluator: { type: 'gt' as const, params: [NaN] } }] = model.conditions;
        const [a = NaN, b = NaN] = evaluator.params;
        numbers.set(
          model.refId,
          input(model.expression).map(({ labels, value }) => ({
            labels,
            value: bool(compare[evaluator.type]?.(value, a, b) ?? false),
          })),
        );
        break;
      }
    }
  }
  return (numbers.get(rule.condition) ?? []).filter(({ value }) => value !== 0).map(({ labels }) => labels);
}
