import type { ESTree } from 'vite';

/** One edit of a node: `to` replaces the text from `start` to `end`. */
export interface Edit {
  operator: string;
  start: number;
  end: number;
  to: string;
}

const BINARY: Record<string, [operator: string, to: string]> = {
  '<': ['boundary', '<='],
  '<=': ['boundary', '<'],
  '>': ['boundary', '>='],
  '>=': ['boundary', '>'],
  '===': ['equality', '!=='],
  '!==': ['equality', '==='],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*'],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
  '??': ['logic', '&&'],
};
const ASSIGNMENT: Record<string, string> = { '+=': '-=', '-=': '+=', '*=': '/=', '??=': '=', '||=': '=' };
const METHOD: Record<string, string> = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
};

/** What may be broken at this node, without what is broken at the nodes inside it. */
export function editsOf(node: ESTree.Node, parent: ESTree.Node | null, text: string): Edit[] {
  const whole = (operator: string, to: string): Edit => ({ operator, start: node.start, end: node.end, to });
  const sign = (operator: string, after: number, from: string, to: string): Edit => {
    const start = text.indexOf(from, after);
    return { operator, start, end: start + from.length, to };
  };
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return conditionEdits(node.test, text, ['true', 'false']);
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return node.test ? conditionEdits(node.test, text, ['false']) : [];
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const [operator = '', to = ''] = BINARY[node.operator] ?? [];
      return to === '' ? [] : [sign(operator, node.left.end, node.operator, to)];
    }
    case 'AssignmentExpression': {
      const to = ASSIGNMENT[node.operator];
      return to === undefined ? [] : [sign('arithmetic', node.left.end, node.operator, to)];
    }
    case 'UpdateExpression':
      return [sign('arithmetic', node.start, node.operator, node.operator === '++' ? '--' : '++')];
    case 'UnaryExpression':
      return node.operator === '!' || node.operator === '-'
        ? [whole('sign removed', text.slice(node.argument.start, node.argument.end))]
        : [];
    case 'AwaitExpression':
      return [whole('await removed', text.slice(node.argument.start, node.argument.end))];
    case 'ExpressionStatement':
      return 'directive' in node && node.directive ? [] : [whole('statement removed', ';')];
    case 'ChainExpression':
      return node.expression.type === 'CallExpression' && parent?.type !== 'ExpressionStatement'
        ? [whole('optional call removed', 'undefined')]
        : [];
    case 'CallExpression':
      return methodEdits(node);
    case 'BlockStatement':
      return parent && /Function/.test(parent.type) && node.body.length > 0
        ? [{ operator: 'return early', start: node.start, end: node.start + 1, to: '{ return;' }]
        : [];
    case 'Literal':
      return literalEdits(node.value, whole);
    case 'TemplateLiteral':
      return parent?.type === 'TaggedTemplateExpression' ? [] : [whole('string emptied', "''")];
    case 'JSXText':
      return node.value.trim() === '' ? [] : [whole('string emptied', '')];
    default:
      return [];
  }
}

function conditionEdits({ start, end }: ESTree.Expression, text: string, constants: string[]): Edit[] {
  const negated = { operator: 'condition negated', start, end, to: `!(${text.slice(start, end)})` };
  return [negated, ...constants.map((to) => ({ operator: `condition ${to}`, start, end, to }))];
}

function methodEdits({ callee }: ESTree.CallExpression): Edit[] {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { name, start, end } = callee.property;
  const to = Object.hasOwn(METHOD, name) ? METHOD[name] : undefined;
  return to === undefined ? [] : [{ operator: 'method', start, end, to }];
}

function literalEdits(value: unknown, whole: (operator: string, to: string) => Edit): Edit[] {
  if (typeof value === 'boolean') return [whole('constant', String(!value))];
  if (typeof value === 'number')
    return [
      whole('constant', String(value + 1)),
      whole('constant', value === 0 ? '(-1)' : String(value - 1)),
    ];
  return typeof value === 'string' && value !== '' ? [whole('string emptied', "''")] : [];
}
