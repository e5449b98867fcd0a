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
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return conditionEdits(node.test, text, ['true', 'false']);
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return node.test ? conditionEdits(node.test, text, ['false']) : [];
    case 'ExpressionStatement':
      return 'directive' in node && node.directive ? [] : [whole(node, 'statement removed', ';')];
    case 'BlockStatement':
      return parent && /Function/.test(parent.type) && node.body.length > 0
        ? [{ operator: 'return early', start: node.start, end: node.start + 1, to: '{ return;' }]
        : [];
    default:
      return [...operatorEdits(node, text), ...valueEdits(node, parent)];
  }
}

const whole = ({ start, end }: ESTree.Node, operator: string, to: string): Edit => ({
  operator,
  start,
  end,
  to,
});

/** Replaces the sign `from` that stands after `after`. */
function sign(text: string, operator: string, after: number, from: string, to: string): Edit {
  const start = text.indexOf(from, after);
  return { operator, start, end: start + from.length, to };
}

function operatorEdits(node: ESTree.Node, text: string): Edit[] {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const [operator = '', to = ''] = BINARY[node.operator] ?? [];
      return to === '' ? [] : [sign(text, operator, node.left.end, node.operator, to)];
    }
    case 'AssignmentExpression': {
      const to = ASSIGNMENT[node.operator];
      return to === undefined ? [] : [sign(text, 'arithmetic', node.left.end, node.operator, to)];
    }
    case 'UpdateExpression':
      return [sign(text, 'arithmetic', node.start, node.operator, node.operator === '++' ? '--' : '++')];
    case 'UnaryExpression':
      return node.operator === '!' || node.operator === '-'
        ? [whole(node, 'sign removed', text.slice(node.argument.start, node.argument.end))]
        : [];
    case 'AwaitExpression':
      return [whole(node, 'await removed', text.slice(node.argument.start, node.argument.end))];
    default:
      return [];
  }
}

function valueEdits(node: ESTree.Node, parent: ESTree.Node | null): Edit[] {
  switch (node.type) {
    case 'ChainExpression':
      return node.expression.type === 'CallExpression' && parent?.type !== 'ExpressionStatement'
        ? [whole(node, 'optional call removed', 'undefined')]
        : [];
    case 'CallExpression':
      return methodEdits(node);
    case 'Literal':
      return literalEdits(node.value, (operator, to) => whole(node, operator, to));
    case 'TemplateLiteral':
      return parent?.type === 'TaggedTemplateExpression' ? [] : [whole(node, 'string emptied', "''")];
    case 'JSXText':
      return node.value.trim() === '' ? [] : [whole(node, 'string emptied', '')];
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
