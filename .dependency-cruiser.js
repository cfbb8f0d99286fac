// Import cycles fail `npm run lint`; `npm run arrows` prints who imports whom, folder by folder. Which arrows are allowed is in
// eslint.architecture.js.
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Move what both need below them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: '^(models|api-service|frontend)/',
    exclude: { path: '\\.(css|svg|json)$|/dist/|node_modules|\\.spec\\.tsx?$|/testing/' },
    // Types are dependencies, too: a circle of types is one for who reads.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
    reporterOptions: {
      text: { highlightFocused: false },
    },
  },
};
