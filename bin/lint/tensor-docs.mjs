// ESLint rule: an exported function that takes or returns tensors says in its docstring which
// shapes they have, who owns what it returns, and which errors it throws.
const TENSORS =
  /\b(Tensor(\d?D)?|Scalar|Prompts|Segments|Outputs|Parameters|Blocks|Finals|FirstCopies)\b/;
const SHAPE = /\[[^\]]*\]|shapes?\b|scalar/i;
const OWNER =
  /\b(caller|belongs?|stays?|shared|kept|unusable|in place|numbers?|one number|rows?|values?)\b/i;

const CHECKS =
  /\b(demand|positiveInteger|finiteNumber|lookUp|knownKeys|promptSizes|checkSegments)\(/;
const bodyThrows = (text) => CHECKS.test(text) || text.includes('throw new CourseError');

const PUBLIC_METHODS = 'MethodDefinition[accessibility!="private"][kind!="constructor"]';

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: { doc: '{{name}} takes or returns tensors: its docstring must say {{what}}.' },
  },
  create(context) {
    const source = context.sourceCode;
    const look = (node, owner, name) => {
      const fn =
        node.type === 'VariableDeclarator'
          ? node.init
          : node.type === 'MethodDefinition'
            ? node.value
            : node;
      if (!fn || !/Function/.test(fn.type)) return;
      const parameters = fn.params.map((p) => source.getText(p)).join(', ');
      const returns = fn.returnType ? source.getText(fn.returnType) : '';
      if (!TENSORS.test(parameters) && !TENSORS.test(returns)) return;
      const comment = source.getCommentsBefore(owner).at(-1)?.value ?? '';
      const missing = [];
      if (!comment.startsWith('*')) missing.push('what it does');
      if (!SHAPE.test(comment)) missing.push('the shapes');
      if (TENSORS.test(returns) && !OWNER.test(comment)) missing.push('who owns what it returns');
      if (bodyThrows(source.getText(fn.body ?? fn)) && !/@throws/.test(comment))
        missing.push('the errors (@throws)');
      if (missing.length)
        context.report({ node: owner, messageId: 'doc', data: { name, what: missing.join(', ') } });
    };
    return {
      'ExportNamedDeclaration > FunctionDeclaration': (node) =>
        look(node, node.parent, node.id.name),
      'ExportNamedDeclaration > VariableDeclaration > VariableDeclarator': (node) =>
        look(node, node.parent.parent, node.id.name),
      [`ExportNamedDeclaration > ClassDeclaration > ClassBody > ${PUBLIC_METHODS}`]: (node) =>
        look(node, node, node.key.name),
    };
  },
};
